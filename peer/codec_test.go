package peer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// notPassed are the fields that are no part of what is passed on: a glance is only for what is in memory, and whom a call
// is from the connection says.
var notPassed = map[string]bool{"Glance": true, "From": true}

// fill sets everything in a value to something of its own, so that nothing can be left out or taken for something else.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n) * 1_000_003)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		e := reflect.New(v.Type().Elem()).Elem()
		fill(e, n)
		v.SetMapIndex(reflect.ValueOf(1), e)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !notPassed[f.Name] {
				fill(v.Field(i), n)
			}
		}
	default:
		panic("nothing fills a " + v.Type().String())
	}
}

// fullCalls are one of each kind, with everything in it.
func fullCalls() (all []desk.Call) {
	n := 0
	for i := range reflect.TypeFor[desk.Call]().NumField() {
		c := desk.Call{Team: "acme"}
		if f := reflect.ValueOf(&c).Elem().Field(i); f.Kind() != reflect.String {
			fill(f, &n)
			all = append(all, c)
		}
	}
	return all
}

func fullReply() (r desk.Reply) {
	n := 0
	fill(reflect.ValueOf(&r).Elem(), &n)
	return r
}

// TestForm has everything that can be passed on arrive as it was. Whoever changes the form has to change its number, since
// servers of two releases may be up together.
func TestForm(t *testing.T) {
	var all []byte
	calls := fullCalls()
	for i := range calls {
		var w writer
		w.call(&calls[i])
		all = append(all, w...)
		r := reader{b: w}
		if diff := gocmp.Diff(calls[i], r.call()); diff != "" || r.err != nil || len(r.b) > 0 {
			t.Errorf("%v, %d bytes are left\n%s", r.err, len(r.b), diff)
		}
	}
	empty := desk.Call{Team: "t", Open: &license.Open{Caller: license.Caller{Reach: license.Reach{Products: []string{}}}}}
	var w writer
	w.call(&empty)
	if got := (&reader{b: w}).call(); got.Open.Reach.Products == nil {
		t.Error("who may reach no product may now reach all")
	}

	for _, reply := range []desk.Reply{fullReply(), {}} {
		var w writer
		w.reply(&reply)
		all = append(all, w...)
		r := reader{b: w}
		if diff := gocmp.Diff(reply, r.reply(), cmpopts.IgnoreUnexported(license.LimitState{})); diff != "" || r.err != nil || len(r.b) > 0 {
			t.Errorf("%v, %d bytes are left\n%s", r.err, len(r.b), diff)
		}
	}

	forms := map[string]string{"daypass-servers-3": "79f3766804c1cb1e"}
	sum := sha256.Sum256(all)
	if got := hex.EncodeToString(sum[:8]); forms[protocol] != got {
		t.Errorf("the form of what is passed on is %s, which is not the one of %s: give protocol another number", got, protocol)
	}
}

// TestCut takes every beginning of what is passed on for wrong.
func TestCut(t *testing.T) {
	for _, c := range fullCalls() {
		var w writer
		w.call(&c)
		for n := range w {
			r := reader{b: w[:n:n]}
			if r.call(); r.err == nil {
				t.Fatalf("%d bytes of %d are taken for a call", n, len(w))
			}
		}
	}
	reply := fullReply()
	var w writer
	w.reply(&reply)
	for n := range w {
		r := reader{b: w[:n:n]}
		if r.reply(); r.err == nil {
			t.Fatalf("%d bytes of %d are taken for a reply", n, len(w))
		}
	}
}

// FuzzRead reads anything without a panic, and takes no list for longer than what was sent.
func FuzzRead(f *testing.F) {
	for _, c := range fullCalls() {
		var w writer
		w.call(&c)
		f.Add([]byte(w))
	}
	reply := fullReply()
	var w writer
	w.reply(&reply)
	f.Add([]byte(w))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := reader{b: b}
		c := r.call()
		if r.err == nil && len(c.OpenAll) > len(b) {
			t.Errorf("%d openings in %d bytes", len(c.OpenAll), len(b))
		}
		(&reader{b: b}).reply()
	})
}

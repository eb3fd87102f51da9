package license

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A snapshot is written in a form of its own, because reading a team of many thousands from JSON takes seconds: the
// fields of each struct one after the other, numbers as varints, and each text once, later ones by its number. What
// is kept of a struct, and how, is what encoding/json would: exported fields without "-", and nothing for an empty one
// that is omitted. So whatever is added to a team is in its snapshots, and changes the mark in front.

// ErrSnapshotOld says that a snapshot was written by another version of the program: it is left aside, since the
// journal says the same.
var ErrSnapshotOld = errors.New("the snapshot has the form of another version")

var errDamaged = errors.New("the snapshot is damaged")

// formVersion is raised when the same fields come to mean something else, or what is stowed is written otherwise (see remembered).
const formVersion = 1

// mark begins every snapshot: what is in it, and in which order.
var mark = func() []byte {
	sum := sha256.Sum256([]byte(fmt.Sprint(formVersion, shape(reflect.TypeFor[saved]()))))
	return append([]byte("daypass\n"), sum[:8]...)
}()

// form is how values of a type are written and read.
type form struct {
	write func(*formWriter, reflect.Value)
	read  func(*formReader, reflect.Value)
}

var savedForm = formOf(reflect.TypeFor[saved](), false)

// shape describes a type for the mark.
func shape(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return t.Kind().String() + " " + shape(t.Elem())
	case reflect.Map:
		return "map " + shape(t.Key()) + " " + shape(t.Elem())
	case reflect.Struct:
		var words []string
		for _, f := range keptFields(t) {
			words = append(words, f.Name+" "+shape(f.Type)+" "+fmt.Sprint(omits(f)))
		}
		return "{" + strings.Join(words, ", ") + "}"
	}
	return t.Kind().String()
}

func keptFields(t reflect.Type) (kept []reflect.StructField) {
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
			kept = append(kept, f)
		}
	}
	return kept
}

// omits reports whether an empty list or map of the field is the same as none.
func omits(f reflect.StructField) bool { return strings.Contains(f.Tag.Get("json"), ",omit") }

// formOf makes the form of a type. A type that no state has is a mistake in the program and stops it at its start.
func formOf(t reflect.Type, omit bool) form {
	switch t.Kind() {
	case reflect.Bool:
		return form{func(w *formWriter, v reflect.Value) { w.number(map[bool]uint64{true: 1}[v.Bool()]) },
			func(r *formReader, v reflect.Value) { v.SetBool(r.number() != 0) }}
	case reflect.Int, reflect.Int64:
		return form{func(w *formWriter, v reflect.Value) { w.b = binary.AppendVarint(w.b, v.Int()) },
			func(r *formReader, v reflect.Value) { v.SetInt(r.signed()) }}
	case reflect.String:
		return form{func(w *formWriter, v reflect.Value) { w.text(v.String()) },
			func(r *formReader, v reflect.Value) { v.SetString(r.text()) }}
	case reflect.Pointer:
		return pointerForm(t, true)
	case reflect.Slice:
		return sliceForm(t, omit)
	case reflect.Map:
		return mapForm(t, omit)
	case reflect.Struct:
		return structForm(t)
	}
	panic("a snapshot cannot have a " + t.String())
}

func structForm(t reflect.Type) form {
	fields := keptFields(t)
	forms := make([]form, len(fields))
	for i, f := range fields {
		forms[i] = formOf(f.Type, omits(f))
	}
	return form{
		func(w *formWriter, v reflect.Value) {
			for i, f := range fields {
				forms[i].write(w, v.Field(f.Index[0]))
			}
		},
		func(r *formReader, v reflect.Value) {
			for i, f := range fields {
				forms[i].read(r, v.Field(f.Index[0]))
			}
		}}
}

// itemForm is the form of the items of a list or map, none of which is nil: the code that reads a team does not ask.
func itemForm(t reflect.Type) form {
	if t.Kind() == reflect.Pointer {
		return pointerForm(t, false)
	}
	return formOf(t, false)
}

func pointerForm(t reflect.Type, canBeNil bool) form {
	to := formOf(t.Elem(), false)
	return form{
		func(w *formWriter, v reflect.Value) {
			if v.IsNil() {
				w.number(0)
				return
			}
			w.number(1)
			to.write(w, v.Elem())
		},
		func(r *formReader, v reflect.Value) {
			if r.number() == 0 {
				r.bad = r.bad || !canBeNil
				return
			}
			if v.IsNil() {
				v.Set(reflect.New(t.Elem()))
			}
			to.read(r, v.Elem())
		}}
}

// length is what is written before the items of a list or map: 0 for none, else one more than there are.
func length(v reflect.Value, omit bool) uint64 {
	if v.IsNil() || omit && v.Len() == 0 {
		return 0
	}
	return uint64(v.Len()) + 1
}

func sliceForm(t reflect.Type, omit bool) form {
	if t.Elem().Kind() == reflect.Uint8 {
		return form{
			func(w *formWriter, v reflect.Value) {
				w.number(length(v, omit))
				w.b = append(w.b, v.Bytes()...)
			},
			func(r *formReader, v reflect.Value) {
				if n, some := r.length(); some {
					v.SetBytes(slices.Clone(r.bytes(n)))
				}
			}}
	}
	item := itemForm(t.Elem())
	return form{
		func(w *formWriter, v reflect.Value) {
			w.number(length(v, omit))
			for i := range v.Len() {
				item.write(w, v.Index(i))
			}
		},
		func(r *formReader, v reflect.Value) {
			n, some := r.length()
			if !some {
				return
			}
			v.Set(reflect.MakeSlice(t, n, n))
			for i := range n {
				item.read(r, v.Index(i))
			}
		}}
}

// mapForm writes maps by texts, sorted, so that equal states give equal bytes.
func mapForm(t reflect.Type, omit bool) form {
	if t.Key().Kind() != reflect.String {
		panic("a snapshot cannot have a " + t.String())
	}
	item := itemForm(t.Elem())
	return form{
		func(w *formWriter, v reflect.Value) {
			w.number(length(v, omit))
			type entry struct {
				key   string
				value reflect.Value
			}
			entries := make([]entry, 0, v.Len())
			for all := v.MapRange(); all.Next(); {
				entries = append(entries, entry{all.Key().String(), all.Value()})
			}
			slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
			for _, e := range entries {
				w.text(e.key)
				item.write(w, e.value)
			}
		},
		func(r *formReader, v reflect.Value) {
			n, some := r.length()
			if !some {
				return
			}
			m := reflect.MakeMapWithSize(t, n)
			key := reflect.New(t.Key()).Elem()
			for range n {
				key.SetString(r.text())
				value := reflect.New(t.Elem()).Elem()
				item.read(r, value)
				m.SetMapIndex(key, value)
			}
			v.Set(m)
		}}
}

// formWriter writes values, and each text once.
type formWriter struct {
	b     []byte
	texts map[string]uint64 // numbers from 1
}

func (w *formWriter) number(n uint64) { w.b = binary.AppendUvarint(w.b, n) }

func (w *formWriter) text(s string) {
	if n, told := w.texts[s]; told {
		w.number(n)
		return
	}
	w.texts[s] = uint64(len(w.texts)) + 1
	w.number(0)
	w.number(uint64(len(s)))
	w.b = append(w.b, s...)
}

// formReader reads what formWriter wrote. After a fault it gives zero values and nothing more is right.
type formReader struct {
	b     []byte
	texts []string
	bad   bool
}

func (r *formReader) number() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *formReader) signed() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

// length is how many items follow, and whether there is a list or map at all. Each takes a byte at least, which bounds
// what a damaged one can ask for.
func (r *formReader) length() (n int, some bool) {
	length := r.number()
	if length == 0 || length-1 > uint64(len(r.b)) {
		r.bad = r.bad || length != 0
		return 0, false
	}
	return int(length - 1), true
}

func (r *formReader) bytes(n int) []byte {
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *formReader) text() string {
	n := r.number()
	switch {
	case r.bad, n > uint64(len(r.texts)):
		r.bad, r.b = true, nil
		return ""
	case n > 0:
		return r.texts[n-1]
	}
	size := r.number()
	if size > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return ""
	}
	s := string(r.bytes(int(size)))
	r.texts = append(r.texts, s)
	return s
}

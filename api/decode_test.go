package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// problemOf is the problem that err must be.
func problemOf(t *testing.T, err error) *Problem {
	t.Helper()
	p, ok := errors.AsType[*Problem](err)
	if !ok {
		t.Fatalf("got %T %v, want a problem", err, err)
	}
	return p
}

func TestDecodeAccepts(t *testing.T) {
	want := SessionRequest{ID: "ses-1", User: "ben@acme.example", Product: "autocad", Version: "2026", Device: "laptop-7"}
	for name, r := range map[string]io.Reader{
		"at once":      strings.NewReader(sessionBody),
		"byte by byte": iotest.OneByteReader(strings.NewReader(sessionBody)),
		"with spaces":  strings.NewReader("\r\n\t " + sessionBody + "\n "),
		"large":        strings.NewReader(strings.Repeat(" ", MaxBody-len(sessionBody)) + sessionBody),
	} {
		var got SessionRequest
		if err := DecodeValid(r, &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000)
	for _, c := range []struct {
		body    string
		code    Code
		path    string // "-": no field is named
		message string
	}{
		{``, CodeBodyMalformed, "-", ""},
		{` `, CodeBodyMalformed, "-", ""},
		{`{`, CodeBodyMalformed, "-", ""},
		{`{"id":"a"`, CodeBodyMalformed, "-", ""},
		{`{"id":"a",}`, CodeBodyMalformed, "-", ""},
		{`{"id":'a'}`, CodeBodyMalformed, "-", ""},
		{`{id:"a"}`, CodeBodyMalformed, "-", ""},
		{`{"id":"a"} x`, CodeBodyMalformed, "-", ""},
		{`{"id":"a"}{"id":"a"}`, CodeBodyMalformed, "-", ""},
		{`{"id":"a"}]`, CodeBodyMalformed, "-", ""},
		{"\ufeff{}", CodeBodyMalformed, "-", ""},
		{"{}\x00", CodeBodyMalformed, "-", ""},
		{"{\"id\":\"\xff\"}", CodeBodyMalformed, "-", ""},
		{"{\"\xff\":1}", CodeBodyMalformed, "-", ""},
		{`{"id":"\ud800"}`, CodeBodyMalformed, "-", ""},
		{"{\"id\":\"a\nb\"}", CodeBodyMalformed, "-", ""},
		{`{"id":"a","id":"a"}`, CodeBodyMalformed, "/id", "is given twice"},
		{`{"id":"a","i\u0064":"b"}`, CodeBodyMalformed, "/id", "is given twice"},
		{`{"id":01}`, CodeBodyMalformed, "-", ""},
		{`{"dry_run":NaN}`, CodeBodyMalformed, "-", ""},
		{`{"id":7,"id":8}`, CodeBodyMalformed, "-", ""},
		{`{"id":7} x`, CodeBodyMalformed, "-", ""},
		{`{"what":{"a":1,"a":2}}`, CodeBodyMalformed, "-", ""},
		{`[1,]`, CodeBodyMalformed, "-", ""},
		{deep, CodeBodyMalformed, "-", ""},
		{strings.ReplaceAll(deep, "}", ""), CodeBodyMalformed, "-", ""},
		{strings.Repeat("[", 500_000), CodeBodyMalformed, "-", ""},
		{`[]`, CodeBodyInvalid, "", "must be an object"},
		{`null`, CodeBodyInvalid, "", "must be an object"},
		{`"a"`, CodeBodyInvalid, "", "must be an object"},
		{` 7 `, CodeBodyInvalid, "", "must be an object"},
		{`{"id":7}`, CodeBodyInvalid, "/id", "must be a string"},
		{`{"id":null}`, CodeBodyInvalid, "/id", "must not be null"},
		{`{"dry_run":"true"}`, CodeBodyInvalid, "/dry_run", "must be true or false"},
		{`{"ID":"a"}`, CodeBodyInvalid, "/ID", "is not a field of this request"},
		{`{"a/b~":1}`, CodeBodyInvalid, "/a~1b~0", "is not a field of this request"},
		{strings.Repeat(" ", MaxBody) + `{}`, CodeBodyTooLarge, "-", ""},
		{`{"id":"` + strings.Repeat("a", MaxBody) + `"}`, CodeBodyTooLarge, "-", ""},
	} {
		var v SessionRequest
		checkRefused(t, c.body, Decode(strings.NewReader(c.body), &v), c.code, c.path, c.message)
	}
}

func checkRefused(t *testing.T, body string, err error, code Code, path, message string) {
	t.Helper()
	p := problemOf(t, err)
	if p.Code != code || p.Status != code.Status() || p.Title == "" || p.Type != "/docs/problems#"+string(code) {
		t.Errorf("%.60q: got %+v, want %s", body, p, code)
	}
	if path == "-" {
		return
	}
	if diff := cmp.Diff([]FieldError{{path, message}}, p.Errors); diff != "" {
		t.Errorf("%.60q: %s", body, diff)
	}
}

func TestDecodeNamesThePlace(t *testing.T) {
	for body, want := range map[string]FieldError{
		`{"items":[{},{"user":7}]}`:               {"/items/1/user", "must be a string"},
		`{"items":[{},{},{"usr":"a"}]}`:           {"/items/2/usr", "is not a field of this request"},
		`{"items":{}}`:                            {"/items", "must be a list"},
		`{"items":[7]}`:                           {"/items/0", "must be an object"},
		`{"items":[null]}`:                        {"/items/0", "must not be null"},
		`{"items":null}`:                          {"/items", "must not be null"},
		`{"items":[{"device":null}]}`:             {"/items/0/device", "must not be null"},
		`{"` + strings.Repeat("é", 1000) + `":1}`: {"/" + strings.Repeat("é", 127) + "…", "is not a field of this request"},
	} {
		var v BulkRequest
		checkRefused(t, body, Decode(strings.NewReader(body), &v), CodeBodyInvalid, want.Path, want.Message)
	}
	for body, want := range map[string]FieldError{
		`{"products":[{"rates":[{"tokens":0.0001}]}]}`:           {"/products/0/rates/0/tokens", string(errAmountDecimals)},
		`{"products":[{"rates":[{"tokens":"7"}]}]}`:              {"/products/0/rates/0/tokens", string(errAmountForm)},
		`{"products":[{"rates":[{"from":"2026"}]}]}`:             {"/products/0/rates/0/from", string(errInstantForm)},
		`{"products":[{"rates":[{"from":0}]}]}`:                  {"/products/0/rates/0/from", string(errInstantForm)},
		`{"products":[{"hold":86400}]}`:                          {"/products/0/hold", string(errDurationForm)},
		`{"products":[{"hold":null}]}`:                           {"/products/0/hold", string(errDurationForm)},
		`{"prices":{"seats":[{"months":1.5}]}}`:                  {"/prices/seats/0/months", "must be a whole number"},
		`{"prices":{"seats":[{"months":1e2}]}}`:                  {"/prices/seats/0/months", "must be a whole number"},
		`{"prices":{"seats":[{"months":99999999999999999999}]}}`: {"/prices/seats/0/months", "is out of range"},
		`{"prices":{"packs":null}}`:                              {"/prices/packs", "must not be null"},
	} {
		var v Catalog
		checkRefused(t, body, Decode(strings.NewReader(body), &v), CodeBodyInvalid, want.Path, want.Message)
	}
}

func TestDecodeTakesNullForAbsentPointers(t *testing.T) {
	var v Catalog
	body := `{"products":[{"code":"null","flex":null,"rates":[{"from":null}]}],"prices":null}`
	if err := Decode(strings.NewReader(body), &v); err != nil {
		t.Fatal(err)
	}
	if v.Prices != nil || v.Products[0].Flex != nil || v.Products[0].Rates[0].From != nil {
		t.Errorf("got %+v", v)
	}
}

func TestDecodeStopsAtTheServersLimitAndAtALostLine(t *testing.T) {
	limited := http.MaxBytesReader(httptest.NewRecorder(), io.NopCloser(strings.NewReader(sessionBody)), 10)
	lost := io.MultiReader(strings.NewReader(`{"id"`), iotest.ErrReader(io.ErrUnexpectedEOF))
	var v SessionRequest
	if p := problemOf(t, Decode(limited, &v)); p.Code != CodeBodyTooLarge {
		t.Errorf("got %v", p)
	}
	if p := problemOf(t, Decode(lost, &v)); p.Code != CodeBodyMalformed {
		t.Errorf("got %v", p)
	}
}

// A body that is read never lets another one show through the reused buffer.
func TestDecodeKeepsNothingOfTheBuffer(t *testing.T) {
	var first, second SessionRequest
	if err := Decode(strings.NewReader(`{"id":"first","device":"Ben's \"laptop\""}`), &first); err != nil {
		t.Fatal(err)
	}
	if err := Decode(bytes.NewReader(bytes.Repeat([]byte(" "), 100)), &second); err == nil {
		t.Fatal("accepted nothing")
	}
	if err := Decode(strings.NewReader(`{"id":"other","device":"............"}`), &second); err != nil {
		t.Fatal(err)
	}
	if first.ID != "first" || first.Device != `Ben's "laptop"` {
		t.Errorf("got %+v", first)
	}
}

func TestDecodeValidBoundsItsErrors(t *testing.T) {
	body := `{"items":[` + strings.Repeat(`{},`, 999) + `{}]}`
	var v BulkRequest
	p := problemOf(t, DecodeValid(strings.NewReader(body), &v))
	if p.Code != CodeBodyInvalid || len(p.Errors) != maxErrors {
		t.Errorf("got %s with %d errors", p.Code, len(p.Errors))
	}
}

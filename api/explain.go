package api

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxPath bounds, in bytes, a path that is given back, since names in it are the caller's.
const maxPath = 256

// explain turns the decoder's error into words for the caller. A body that is also malformed
// further on counts as malformed, so that the status does not depend on which comes first.
func explain(body []byte, err error) *Problem {
	syntax := new(jsontext.SyntacticError)
	if errors.As(err, &syntax) {
		return malformed(syntax)
	}
	meaning := new(json.SemanticError)
	if !errors.As(err, &meaning) {
		return NewProblem(CodeBodyMalformed, err.Error())
	}
	if !jsontext.Value(body).IsValid() {
		return NewProblem(CodeBodyMalformed, "")
	}
	return invalid([]FieldError{{shortPath(meaning.JSONPointer), wording(meaning)}})
}

func malformed(err *jsontext.SyntacticError) *Problem {
	path := shortPath(err.JSONPointer)
	switch {
	case errors.Is(err.Err, jsontext.ErrDuplicateName):
		return NewProblem(CodeBodyMalformed, "a name stands twice in one object", FieldError{path, "is given twice"})
	case errors.Is(err.Err, io.ErrUnexpectedEOF), errors.Is(err.Err, io.EOF):
		return NewProblem(CodeBodyMalformed, "the body ended before it was complete")
	}
	detail := "at byte " + strconv.FormatInt(err.ByteOffset, 10)
	if err.Err != nil {
		detail = err.Err.Error() + " " + detail
	}
	return NewProblem(CodeBodyMalformed, detail)
}

// wording says what is wrong with one value, without the names of Go's types.
func wording(err *json.SemanticError) string {
	var own inputError
	switch {
	case errors.As(err.Err, &own):
		return string(own)
	case errors.Is(err.Err, json.ErrUnknownName):
		return "is not a field of this request"
	case errors.Is(err.Err, strconv.ErrRange):
		return "is out of range"
	case err.GoType == nil:
		return "is not valid here"
	}
	switch err.GoType.Kind() {
	case reflect.String:
		return "must be a string"
	case reflect.Bool:
		return "must be true or false"
	case reflect.Int, reflect.Int64:
		return "must be a whole number"
	case reflect.Slice:
		return "must be a list"
	case reflect.Struct:
		return "must be an object"
	}
	return "is not valid here"
}

func shortPath(p jsontext.Pointer) string {
	if len(p) <= maxPath {
		return string(p)
	}
	return strings.ToValidUTF8(string(p[:maxPath]), "") + "…"
}

// strayNulls finds the nulls of a well-formed body that stand where v has no pointer.
func strayNulls(body []byte, v any) (errs []FieldError) {
	dec := jsontext.NewDecoder(bytes.NewReader(body))
	for len(errs) < maxErrors {
		token, err := dec.ReadToken()
		if err != nil {
			return errs
		}
		if token.Kind() == 'n' && !mayBeNull(reflect.TypeOf(v).Elem(), dec.StackPointer()) {
			errs = append(errs, FieldError{shortPath(dec.StackPointer()), "must not be null"})
		}
	}
	return errs
}

// mayBeNull says that the part of t that pointer leads to is a Go pointer.
func mayBeNull(t reflect.Type, pointer jsontext.Pointer) bool {
	for name := range pointer.Tokens() {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() {
		case reflect.Struct:
			field, ok := fieldNamed(t, name)
			if !ok {
				return false
			}
			t = field.Type
		case reflect.Slice, reflect.Map:
			t = t.Elem()
		default:
			return false
		}
	}
	return t.Kind() == reflect.Pointer
}

// fieldNamed is the field of t whose JSON name is name.
func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, field := range reflect.VisibleFields(t) {
		tagged, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tagged == name {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

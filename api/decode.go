package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of a body.
const (
	MaxBody = 1 << 20 // bytes
	// MaxImport bounds a table or list of people, which may have columns that nobody asked for and two bytes a letter.
	MaxImport = 8 << 20 // bytes
	MaxDepth  = 32      // objects and lists within each other
)

// maxErrors bounds the bad fields that one problem names.
const maxErrors = 100

// strict is how bodies are read. Names are case-sensitive, and duplicate names and invalid UTF-8
// are refused, by default.
var strict = json.JoinOptions(json.RejectUnknownMembers(true))

// buffers keeps what bodies are read into, which nothing decoded refers to, and what tokens are made of.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Decode reads one JSON object from r into v, a pointer to a zero struct. It refuses what is larger
// than [MaxBody] (body_too_large); what is malformed, nested deeper than [MaxDepth], not UTF-8, has
// a name twice or goes on after the object (body_malformed); and fields that are unknown, of another
// type or out of range, and null where a value belongs (body_invalid). null stands for absent only
// where the field is a pointer.
//
// The error is nil or a *[Problem]. After an error v may be half filled.
func Decode[T any](r io.Reader, v *T) error {
	if p := decode(r, v); p != nil {
		return p
	}
	return nil
}

// DecodeValid is [Decode], Trim if it has one, and then Validate, whose findings are a body_invalid.
func DecodeValid[T Validator](r io.Reader, v *T) error {
	if p := decode(r, v); p != nil {
		return p
	}
	if t, ok := any(v).(Trimmer); ok {
		t.Trim()
	}
	if p := invalid((*v).Validate()); p != nil {
		return p
	}
	return nil
}

// invalid is the problem of a body with these errors, or nil.
func invalid(errs []FieldError) *Problem {
	if len(errs) == 0 {
		return nil
	}
	return NewProblem(CodeBodyInvalid, "", errs[:min(len(errs), maxErrors)]...)
}

func decode(r io.Reader, v any) *Problem {
	buffer := buffers.Get().(*[]byte)
	body, err := readBody(r, (*buffer)[:0])
	if cap(body) <= 64<<10 {
		*buffer = body
		defer buffers.Put(buffer)
	}
	if err != nil {
		return unreadable(err)
	}
	return decodeBody(body, v)
}

// errBodyTooLarge is readBody's own limit.
var errBodyTooLarge = errors.New("body too large")

// readBody appends all of r to b, up to MaxBody.
func readBody(r io.Reader, b []byte) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, make([]byte, max(512, cap(b)))...)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if len(b) > MaxBody {
			return b, errBodyTooLarge
		}
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

func unreadable(err error) *Problem {
	var limit *http.MaxBytesError
	if errors.Is(err, errBodyTooLarge) || errors.As(err, &limit) {
		return NewProblem(CodeBodyTooLarge, "")
	}
	return NewProblem(CodeBodyMalformed, "the body ended before it was complete")
}

// decodeBody decodes one whole body.
func decodeBody(body []byte, v any) *Problem {
	depth, nulls := survey(body)
	if depth > MaxDepth {
		return NewProblem(CodeBodyMalformed, "the body is nested too deeply")
	}
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	if len(trimmed) == 0 {
		return NewProblem(CodeBodyMalformed, "the body is empty")
	}
	if trimmed[0] != '{' && jsontext.Value(body).IsValid() {
		return invalid([]FieldError{{"", "must be an object"}})
	}
	if err := json.Unmarshal(body, v, strict); err != nil {
		return explain(body, err)
	}
	if nulls {
		return invalid(strayNulls(body, v))
	}
	return nil
}

// survey finds, in one pass over what may not even be JSON, how deep it nests and whether an n
// stands outside of strings, as it does in null. It stops at the first level that is too deep.
func survey(body []byte) (deepest int, nulls bool) {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			for i++; i < len(body) && body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			if depth++; depth > deepest {
				deepest = depth
			}
			if depth > MaxDepth {
				return deepest, nulls
			}
		case '}', ']':
			depth--
		case 'n':
			nulls = true
		}
	}
	return deepest, nulls
}

package api

import "fmt"

// ProblemType is the media type of every error answer (RFC 9457).
const ProblemType = "application/problem+json"

// Problem is an error answer. Code is what programs compare; everything else is for people.
type Problem struct {
	Type       string       `json:"type"`                 // "/docs/problems#CODE", stable
	Title      string       `json:"title"`                // one sentence, the same for every problem of this code
	Status     int          `json:"status"`               // the HTTP status
	Detail     string       `json:"detail,omitzero"`      // what was wrong this time
	Instance   string       `json:"instance,omitzero"`    // names this occurrence, for support
	Code       Code         `json:"code"`                 //
	Errors     []FieldError `json:"errors,omitzero"`      // for bad input, one for each bad field
	RetryAfter int          `json:"retry_after,omitzero"` // seconds to wait before trying again; 0: nothing is promised
}

// FieldError says what is wrong with one field of a body.
type FieldError struct {
	Path    string `json:"path"`    // JSON pointer, "/items/3/user"; "" is the whole body
	Message string `json:"message"` // continues the field's name: "is required"
}

// NewProblem is the problem of a code that [Problems] lists. Detail and errs may be empty.
func NewProblem(code Code, detail string, errs ...FieldError) *Problem {
	return &Problem{
		Type:   "/docs/problems#" + string(code),
		Title:  code.Title(),
		Status: code.Status(),
		Detail: detail,
		Code:   code,
		Errors: errs,
	}
}

// Error is one line with the code, the detail and the first bad field.
func (p *Problem) Error() string {
	s := string(p.Code)
	if p.Detail != "" {
		s += ": " + p.Detail
	}
	if len(p.Errors) > 0 {
		s += fmt.Sprintf(": %s %s", p.Errors[0].Path, p.Errors[0].Message)
	}
	return s
}

// inputError is what a value's own text is wrong about, worded for people.
type inputError string

func (e inputError) Error() string { return string(e) }

package api

import (
	"slices"
	"strconv"
	"strings"
)

// Validator is what every request is: a body that says what is missing in it or out of bounds.
// It looks at the body alone; what only the server knows (does the user exist?) is the server's.
type Validator interface {
	Validate() []FieldError // nil: nothing is wrong
}

// Trimmer is a request that takes needless blanks off its texts before they are checked.
type Trimmer interface{ Trim() }

// checks collects what is wrong with a body.
type checks []FieldError

// fail notes a message for the field at path.
func (c *checks) fail(path, message string) {
	*c = append(*c, FieldError{path, message})
}

// check notes err, if there is one.
func (c *checks) check(path string, err error) {
	if err != nil {
		c.fail(path, err.Error())
	}
}

// must notes the message unless ok.
func (c *checks) must(ok bool, path, message string) {
	if !ok {
		c.fail(path, message)
	}
}

// given notes that a required field is missing.
func (c *checks) given(ok bool, path string) { c.must(ok, path, string(errRequired)) }

// optional checks a field only if it is not empty.
func (c *checks) optional(path, value string, rule func(string) error) {
	if value != "" {
		c.check(path, rule(value))
	}
}

// text checks an optional text of at most limit characters.
func (c *checks) text(path, value string, limit int) {
	if value != "" {
		c.check(path, checkText(value, limit))
	}
}

// reason checks a required text that explains.
func (c *checks) reason(path, value string) {
	c.given(value != "", path)
	c.text(path, value, MaxReason)
}

// nest notes errs of the value that stands at prefix.
func (c *checks) nest(prefix string, errs []FieldError) {
	for _, e := range errs {
		c.fail(prefix+e.Path, e.Message)
	}
}

// oneOf checks a word against those allowed. An empty one is missing, unless "" is allowed.
func oneOf[S ~string](c *checks, path string, value S, allowed ...S) {
	if slices.Contains(allowed, value) {
		return
	}
	if value == "" {
		c.given(false, path)
		return
	}
	var words []string
	for _, a := range allowed {
		if a != "" {
			words = append(words, string(a))
		}
	}
	c.fail(path, "must be one of "+strings.Join(words, ", "))
}

// codes checks a list of product codes: each well-formed, none twice.
func (c *checks) codes(path string, list []string) {
	seen := make(map[string]bool, len(list))
	for i, code := range list {
		c.check(at(path, i), CheckID(code))
		c.must(!seen[code], at(path, i), "is listed twice")
		seen[code] = true
	}
}

// at is the path of an item of the list at path.
func at(path string, i int) string { return path + "/" + strconv.Itoa(i) }

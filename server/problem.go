package server

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// unavailable is a failure of something that the server needs; the request can be sent again.
type unavailable struct{ cause error }

func (u *unavailable) Error() string { return u.cause.Error() }

// renamed are the errors of the rules whose code on the wire is another: what an address names and is not there
// is not found.
var renamed = map[string]api.Code{
	license.ErrSessionUnknown: api.CodeNotFound,
	license.ErrJobUnknown:     api.CodeNotFound,
	license.ErrUserUnknown:    api.CodeNotFound,
	license.ErrWhatUnknown:    api.CodeNotFound,
	license.ErrPackUnknown:    api.CodeNotFound,

	license.ErrSubscriptionUnknown: api.CodeNotFound,
	license.ErrGroupUnknown:        api.CodeNotFound,
	license.ErrRequestUnknown:      api.CodeNotFound,
	license.ErrNotAssigned:         api.CodeNotFound,
}

// problemOf is the one place where errors become answers.
func problemOf(err error) *api.Problem {
	var problem *api.Problem
	var rule *license.Error
	var failure *desk.Failure
	var missing *unavailable
	switch {
	case errors.As(err, &problem):
		return problem
	case errors.As(err, &rule):
		code, ok := renamed[rule.Code]
		if !ok {
			code = api.Code(rule.Code)
		}
		return api.NewProblem(code, rule.Message)
	case errors.As(err, &failure):
		return api.NewProblem(api.CodeUnavailable, failure.Error())
	case errors.As(err, &missing), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return api.NewProblem(api.CodeUnavailable, "")
	}
	return api.NewProblem(api.CodeInternal, "")
}

// invalid is a body whose field at path is wrong in a way that only the server sees.
func invalid(path, message string) error {
	return api.NewProblem(api.CodeBodyInvalid, "", api.FieldError{Path: path, Message: message})
}

// ruleCode is the code of an error of the rules, or empty.
func ruleCode(err error) string {
	if rule := new(license.Error); errors.As(err, &rule) {
		return rule.Code
	}
	return ""
}

// orInvalid turns the error of a thing that the body names and is not there into one about its field. That the team is not
// there is about the address.
func orInvalid(err error, path string) error {
	var rule *license.Error
	if errors.As(err, &rule) && rule.Code != string(api.CodeNotFound) && problemOf(err).Code == api.CodeNotFound {
		return invalid(path, rule.Message)
	}
	return err
}

// passing are the problems that pass by themselves.
var passing = map[api.Code]bool{api.CodeBusy: true, api.CodeUnavailable: true, api.CodeClockBehind: true}

// fail answers with a problem, and logs what failed inside the server.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := *problemOf(err) // a copy: some are shared
	if p.Code == api.CodeBusy {
		s.busy(w, r, err)
		return
	}
	p.Instance = r.URL.EscapedPath()
	h := w.Header()
	switch p.Code {
	case api.CodeCredentialMissing:
		h.Set("WWW-Authenticate", `Bearer realm="daypass"`)
	case api.CodeCredentialInvalid:
		h.Set("WWW-Authenticate", `Bearer realm="daypass", error="invalid_token"`)
	}
	if passing[p.Code] {
		p.RetryAfter = 1 + rand.IntN(3) // spread, so that not everyone comes back at once
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if p.Status >= http.StatusInternalServerError {
		s.report(r, w, &p, err)
	}
	body, err := appendJSON(nil, &p)
	if err != nil {
		body = []byte(`{"status":500,"code":"internal"}`) // a problem has nothing that cannot be written
	}
	write(w, p.Status, problemType, body)
}

var problemType = []string{api.ProblemType}

// report logs the cause of a 5xx. Causes name teams, users and products, and never a credential.
func (s *Server) report(r *http.Request, w http.ResponseWriter, p *api.Problem, err error) {
	cause := err
	if failure := new(desk.Failure); errors.As(err, &failure) {
		cause = failure.Cause // its own words are for the caller
	}
	log := s.log.ErrorContext
	if p.Code != api.CodeInternal {
		log = s.log.WarnContext
	}
	log(r.Context(), "a request failed", "method", r.Method, "path", short(r.URL.Path), "status", p.Status,
		"code", string(p.Code), "cause", cause.Error(), "request", w.Header().Get("X-Request-Id"))
}

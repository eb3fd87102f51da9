package server

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// No credential, secret or lease gets into the log, whatever happens.
func TestLogsKeepSecrets(t *testing.T) {
	w := newWorld(t)
	secrets := []string{"eyJ", operatorKey, "Bearer", "dpk_", "guessed-secret"}
	for _, s := range w.secret {
		secrets = append(secrets, s)
	}
	for _, e := range tale {
		media := "application/json"
		if strings.Contains(e.target, "import") {
			media = "text/csv"
		}
		w.as("operator", e.method, e.target, e.body, "Content-Type", media)
		w.as("guessed-secret", e.method, e.target, e.body)
		w.as("acme/product", e.method, e.target, e.body+"x")
	}
	log := w.log.String()
	if n := strings.Count(log, "\n"); n < len(tale) {
		t.Fatalf("%d lines of log", n)
	}
	for _, s := range secrets {
		if strings.Contains(log, s) {
			t.Errorf("the log has %q", s)
		}
	}
}

func TestPanicIsAProblem(t *testing.T) {
	w := newWorld(t)
	row := route{"GET", "/panic", anyone, gives(func(*Server, *call) (api.Health, error) { panic("a mistake") }), "Panic.", more{}}
	w.mux = w.newMux([]route{row})
	p := w.wantProblem(w.as("", "GET", "/panic", ""), api.CodeInternal, "a panic")
	if p.Detail != "" || !strings.Contains(w.log.String(), "a mistake") || !strings.Contains(w.log.String(), "goroutine") {
		t.Errorf("%+v %s", p, w.log.String())
	}
}

// A row that does not say who, what and why cannot be served.
func TestFaultyRowsStopTheProgram(t *testing.T) {
	whole := route{"GET", "/x", anyone, gives((*Server).leaseKeys), "Sum.", more{}}
	spoilt := []func(*route){
		func(r *route) { r.method = "" }, func(r *route) { r.path = "x" }, func(r *route) { r.who = 0 },
		func(r *route) { r.do = endpoint{} }, func(r *route) { r.summary = "" }, func(*route) {},
	}
	for i, spoil := range spoilt {
		row := whole
		spoil(&row)
		if err := row.check(); (err == nil) != (i == len(spoilt)-1) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// Every error of the rules is a problem with a code of the contract.
func TestEveryRuleErrorHasItsProblem(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../license/access.go", nil, 0)
	must(t, err)
	codes := []string{"busy", "unavailable", "not_found", "storage_full", "ledger_broken", "clock_behind", "clock_backwards", "catalog_invalid"}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Err") && len(spec.Values) == 1 {
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
				code, err := strconv.Unquote(lit.Value)
				must(t, err)
				codes = append(codes, code)
			}
		}
		return true
	})
	if len(codes) < 20 {
		t.Fatalf("found %v only", codes)
	}
	for _, code := range codes {
		p := problemOf(&license.Error{Code: code, Message: "words"})
		if p.Title == "" || p.Status == 500 || p.Detail != "words" {
			t.Errorf("%s: %+v", code, p)
		}
	}
}

func TestFailuresCanBeTriedAgain(t *testing.T) {
	w := newWorld(t)
	for _, err := range []error{&desk.Failure{Cause: errors.New("the disk")}, &unavailable{errors.New("the disk")}, context.Canceled,
		&license.Error{Code: "busy"}, &license.Error{Code: "clock_behind"}} {
		rec := httptest.NewRecorder()
		w.fail(rec, httptest.NewRequest("POST", "/v1/x", nil), err)
		p := readAs[api.Problem](w, answer{rec.Code, rec.Header(), rec.Body.Bytes()})
		if rec.Code != 503 || rec.Header().Get("Retry-After") != strconv.Itoa(p.RetryAfter) || p.RetryAfter < 1 || strings.Contains(rec.Body.String(), "disk") {
			t.Errorf("%v: %d %v %s", err, rec.Code, rec.Header(), rec.Body)
		}
	}
	if !strings.Contains(w.log.String(), "the disk") {
		t.Error("the log does not have the cause")
	}
}

func TestClock(t *testing.T) {
	var saved time.Time
	var fail error
	w := newWorld(t, func(o *Options) {
		o.SaveClock = func(now time.Time) error { saved = now; return fail }
	})
	move := func(body string) answer { return w.as("operator", "POST", "/v1/clock", body) }
	if a := move(`{"advance":"4m59s"}`); a.status != 200 || !saved.Equal(monday.Add(4*time.Minute+59*time.Second)) {
		t.Errorf("%s %v", a.body, saved)
	}
	if a := move(`{"now":"2026-01-05T10:00:00+01:00"}`); a.status != 200 || readAs[api.Clock](w, a).Now != api.InstantOf(monday.Add(time.Hour)) {
		t.Errorf("%s", a.body)
	}
	w.wantProblem(move(`{"now":"2026-01-05T08:59:59.999Z"}`), api.CodeClockBackwards, "back")
	w.wantProblem(move(`{"now":"9999-12-31"}`), api.CodeBodyInvalid, "too far")
	w.wantProblem(move(`{}`), api.CodeBodyInvalid, "neither")
	fail = errors.New("the disk")
	w.wantProblem(move(`{"advance":"1h"}`), api.CodeUnavailable, "not kept")
	if now := w.clock.Now(); !now.Equal(monday.Add(time.Hour)) {
		t.Errorf("the clock moved to %v", now)
	}
	real := newWorld(t, func(o *Options) { o.Clock = nil })
	real.wantProblem(real.as("operator", "POST", "/v1/clock", `{"advance":"1h"}`), api.CodeClockReal, "real clock")
}

func TestReadiness(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Ready = func(context.Context) error { return errors.New("no disk") } })
	w.wantProblem(w.as("", "GET", "/readyz", ""), api.CodeUnavailable, "not ready")
	if a := w.as("", "GET", "/healthz", ""); a.status != 200 {
		t.Errorf("%d", a.status)
	}
}

func TestSafeHeaders(t *testing.T) {
	w := newWorld(t)
	for _, target := range []string{"/healthz", "/v1/teams/acme/balance", "/nowhere", "/docs", "/openapi.json"} {
		h := w.as("operator", "GET", target, "").header
		if h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") ||
			h.Get("Cache-Control") != "no-store" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", target, h)
		}
	}
}

// The page works without a network: it names no other host, and its script is served with and without gzip.
func TestDocsAreOffline(t *testing.T) {
	w := newWorld(t)
	page := w.as("", "GET", "/docs", "")
	if strings.Contains(string(page.body), "://") || !strings.Contains(string(page.body), `"/docs/reference.js"`) {
		t.Errorf("%s", page.body)
	}
	plain := w.as("", "GET", "/docs/reference.js", "")
	packed := w.as("", "GET", "/docs/reference.js", "", "Accept-Encoding", "br, gzip")
	if plain.header.Get("Content-Encoding") != "" || packed.header.Get("Content-Encoding") != "gzip" || len(plain.body) < 3*len(packed.body) {
		t.Errorf("%d plain, %d packed", len(plain.body), len(packed.body))
	}
	problems := string(w.as("", "GET", "/docs/problems", "").body)
	for _, p := range api.Problems() {
		if !strings.Contains(problems, `id="`+string(p.Code)+`"`) {
			t.Errorf("the page of problems has no %s", p.Code)
		}
	}
}

// Bytes of any kind, at every POST: never a 5xx, never a panic.
func FuzzPosts(f *testing.F) {
	w := newWorld(f, quiet)
	w.ok("POST", "/v1/teams/acme/sessions", `{"id":"ses-1","user":"ben","product":"revit"}`)
	w.ok("POST", "/v1/teams/acme/jobs", `{"id":"job-1","user":"ben","service":"render","quantity":8}`)
	var posts []string
	for _, e := range tale {
		if e.method == "POST" && e.target != "/v1/clock" {
			f.Add(len(posts), e.body, "")
			posts = append(posts, e.target)
		}
	}
	f.Fuzz(func(t *testing.T, n int, body, key string) {
		target := posts[uint(n)%uint(len(posts))]
		r := httptest.NewRequest("POST", target, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+operatorKey)
		r.Header.Set("Content-Type", w.routeOf("POST", target).mediaType())
		if key != "" {
			r.Header["Idempotency-Key"] = []string{key}
		}
		if a := w.send(r); a.status >= 500 || a.status < 200 {
			t.Fatalf("%s %q: %d %s", target, body, a.status, a.body)
		}
	})
}

// reason is an error that callers are told of.
type reason string

func (r reason) Error() string  { return "inside: " + string(r) }
func (r reason) Reason() string { return string(r) }

func TestNotReadyTellsWhy(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Ready = func(context.Context) error { return reason("the clock is wrong") } })
	got := w.as("", "GET", "/readyz", "")
	if body := string(got.body); !strings.Contains(body, "the clock is wrong") || strings.Contains(body, "inside") {
		t.Errorf("got %s, want the reason", body)
	}
}

package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/api"
)

// bad is a body that must be refused, with the code and, where one field is to blame, its path.
type bad struct {
	about, body string
	code        api.Code
	path        string
}

// spoil makes bad bodies of a good one.
func spoil(t *testing.T, good string) (all []bad) {
	var fields map[string]json.RawMessage
	must(t, json.Unmarshal([]byte(good), &fields))
	first := slices.Sorted(maps.Keys(fields))[0]
	inner := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(good), "{"), "}")
	upper := strings.Replace(good, `"`+first+`"`, `"`+strings.ToUpper(first)+`"`, 1)
	all = []bad{
		{"unknown field", "{" + inner + `,"zzz":1}`, api.CodeBodyInvalid, "/zzz"},
		{"other case", upper, api.CodeBodyInvalid, "/" + strings.ToUpper(first)},
		{"duplicate", fmt.Sprintf(`{%s,"%s":%s}`, inner, first, fields[first]), api.CodeBodyMalformed, "/" + first},
		{"trailing data", good + "{}", api.CodeBodyMalformed, ""},
		{"trailing text", good + " x", api.CodeBodyMalformed, ""},
		{"a list", "[" + good + "]", api.CodeBodyInvalid, ""},
		{"a word", `"` + first + `"`, api.CodeBodyInvalid, ""},
		{"null", "null", api.CodeBodyInvalid, ""},
		{"cut short", good[:len(good)-1], api.CodeBodyMalformed, ""},
		{"blanks only", " \n", api.CodeBodyMalformed, ""},
		{"a mark before it", "\ufeff" + good, api.CodeBodyMalformed, ""},
		{"broken UTF-8", "{" + inner + ",\"zzz\":\"\xff\"}", api.CodeBodyMalformed, ""},
		{"nested deeply", "{" + inner + `,"zzz":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}", api.CodeBodyMalformed, ""},
		{"over a megabyte", good + strings.Repeat(" ", api.MaxBody), api.CodeBodyTooLarge, ""},
	}
	for name, value := range fields {
		for _, junk := range junkFor(name, string(value)) {
			with := maps.Clone(fields)
			with[name] = json.RawMessage(junk)
			body, err := json.Marshal(with)
			must(t, err)
			all = append(all, bad{name + " " + junk[:min(len(junk), 40)], string(body), api.CodeBodyInvalid, "/" + name})
		}
	}
	return all
}

// junkFor are values that a field cannot have, by its kind and name.
func junkFor(name, value string) (junk []string) {
	long := `"` + strings.Repeat("x", 2000) + `"`
	switch value[0] {
	case '"':
		junk = []string{`7`, `true`, `{}`, `[]`, long}
		if name != "reason" && name != "device" && name != "version" {
			junk = append(junk, `"\u0000"`, `" "`)
		}
		if name == "id" || name == "product" || name == "service" || name == "to" {
			junk = append(junk, `"a b"`, `"a/b"`, `".."`, `"é"`, `"`+strings.Repeat("x", 129)+`"`)
		}
	case '[':
		junk = []string{`{}`, `"x"`, `7`, `true`}
	case '{':
		junk = []string{`[]`, `"x"`, `7`, `true`}
	case 't', 'f':
		junk = []string{`1`, `"true"`, `{}`}
	default:
		junk = []string{`"7"`, `true`, `{}`, `[7]`, `-1`, `0.0001`, `1e2`, `1e400`, `123456789012345678901234567890`, `007`}
		if name != "seats" && name != "devices" && name != "in_use" {
			junk = junk[:len(junk)-1]
		}
		junk = slices.DeleteFunc(junk, func(s string) bool { return s == "007" }) // not JSON: json.Marshal refuses it
	}
	return junk
}

// Every body that is wrong is refused by the same problem everywhere, and changes nothing.
func TestBadBodies(t *testing.T) {
	w := newWorld(t)
	w.ok("POST", "/v1/teams/acme/sessions", `{"id":"ses-1","user":"ben","product":"revit"}`)
	w.ok("POST", "/v1/teams/acme/jobs", `{"id":"job-1","user":"ben","service":"render","quantity":8}`)
	before := []api.Balance{w.balance("acme"), w.balance("globex")}
	seen := map[string]bool{}
	for _, e := range tale {
		r := w.routeOf(e.method, e.target)
		if r.do.in == nil || r.do.media != "" || seen[r.name()] || e.body == "" {
			continue
		}
		seen[r.name()] = true
		for _, b := range spoil(t, e.body) {
			a := w.as("operator", e.method, e.target, b.body)
			w.wantBad(r, a, b)
		}
		w.wantProblem(w.as("operator", e.method, e.target, e.body, "Content-Type", "text/plain"), api.CodeMediaUnsupported, r.path)
		w.wantProblem(w.as("operator", e.method, e.target, e.body, "Content-Type", "application/json; charset=latin1"), api.CodeMediaUnsupported, r.path)
		if !r.do.optional {
			w.wantProblem(w.as("operator", e.method, e.target, ""), api.CodeBodyMalformed, r.path+" without a body")
		}
	}
	if d := cmp.Diff(before, []api.Balance{w.balance("acme"), w.balance("globex")}); d != "" {
		t.Error(d)
	}
}

func (w *world) wantBad(r *route, a answer, b bad) {
	w.t.Helper()
	about := r.name() + ": " + b.about
	p := w.wantProblem(a, b.code, about)
	if b.path != "" && (len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Path, b.path)) {
		w.t.Errorf("%s: no error at %s: %s", about, b.path, a.body)
	}
}

// Numbers at the edges of what is taken.
func TestAmountsAtTheEdge(t *testing.T) {
	w := newWorld(t)
	before := w.balance("acme")
	for _, c := range []struct{ target, body, path string }{
		{"packs", `{"id":"p","size":0}`, "/size"},
		{"packs", `{"id":"p","size":0.5}`, "/size"},
		{"packs", `{"id":"p","size":1000000001}`, "/size"},
		{"packs", `{"id":"p"}`, "/size"},
		{"packs", `{"size":5}`, "/id"},
		{"grants", `{"id":"g","tokens":0,"reason":"r"}`, "/tokens"},
		{"grants", `{"id":"g","tokens":1}`, "/reason"},
		{"packs/small/withdraw", `{"id":"w","tokens":0,"reason":"r"}`, "/tokens"},
		{"moves", `{"id":"m","to":"acme","tokens":1,"reason":"r"}`, "/to"},
		{"moves", `{"id":"m","to":"nowhere","tokens":1,"reason":"r"}`, "/to"},
		{"jobs", `{"id":"j","user":"ben","service":"render","quantity":0}`, "/quantity"},
		{"jobs", `{"id":"j","service":"render","quantity":1}`, "/user"},
		{"sessions", `{"id":"s","product":"revit"}`, "/user"},
		{"sessions/bulk", `{"items":[]}`, "/items"},
		{"sessions/bulk", `{"items":[{"id":"a","user":"ben","product":"revit"},{"id":"","user":"ben","product":"revit"}]}`, "/items/1/id"},
		{"sessions/bulk", `{"items":[{"id":"a","user":"ben","product":"revit"},{"id":"b","product":"revit"}]}`, "/items/1/user"},
		{"subscriptions", `{"id":"s","product":"nothing","kind":"single_user","seats":1,"from":"2026-01-01","until":"2027-01-01"}`, "/product"},
		{"subscriptions", `{"id":"s","collection":"revit","kind":"single_user","seats":1,"from":"2026-01-01","until":"2027-01-01"}`, "/collection"},
		{"subscriptions", `{"id":"s","product":"revit","kind":"single_user","seats":0,"from":"2026-01-01","until":"2027-01-01"}`, "/seats"},
		{"subscriptions", `{"id":"s","product":"revit","kind":"single_user","seats":1,"from":"2027-01-01","until":"2027-01-01"}`, "/until"},
		{"keys", `{"id":"k","role":"operator"}`, "/role"},
		{"keys", `{"id":"k","role":"admin","expires_at":"2026-01-05T08:00:00Z"}`, "/expires_at"},
		{"users", `{"name":"X","email":"not an address"}`, "/email"},
		{"users", `{"name":"X","email":"x@x.example","role":"primary_admin"}`, "/role"},
	} {
		a := w.as("operator", "POST", "/v1/teams/acme/"+c.target, c.body)
		w.wantBad(&route{}, a, bad{c.target + " " + c.body, "", api.CodeBodyInvalid, c.path})
	}
	for _, c := range []struct{ target, body, path string }{
		{"flex", `{"mode":"listed","products":["nothing"]}`, "/products"},
		{"users/ben/flex", `{"mode":"listed","products":["nothing"]}`, "/products"},
		{"users/ben/assignments/flex", `{"kind":"single_user"}`, "/kind"},
		{"limits", `{"items":[{"scope":"user","user":"nobody","period":"day","tokens":1,"action":"refuse"}]}`, "/items/0/user"},
		{"limits", `{"items":[{"scope":"product","product":"nothing","period":"day","tokens":1,"action":"refuse"}]}`, "/items/0/product"},
		{"limits", `{"items":[{"scope":"group","group":"g","period":"day","tokens":1,"action":"refuse"}]}`, "/items/0/group"},
	} {
		a := w.as("operator", "PUT", "/v1/teams/acme/"+c.target, c.body)
		w.wantBad(&route{}, a, bad{c.target + " " + c.body, "", api.CodeBodyInvalid, c.path})
	}
	if d := cmp.Diff(before, w.balance("acme")); d != "" {
		t.Error(d)
	}
}

func TestBadAddresses(t *testing.T) {
	w := newWorld(t)
	before := w.balance("acme").Position
	long := strings.Repeat("x", 129)
	for _, id := range []string{long, "a%20b", "a%00b", "a%0Ab", "%2e%2e%2e", "a%2Fb", "%ff", "%C3%A9", "a%22b"} {
		for i := range routes {
			r := &routes[i]
			for _, name := range r.ids() {
				target := strings.ReplaceAll(r.path, "{"+name+"}", "\x00")
				target = strings.ReplaceAll((&route{path: target}).address("acme"), "\x00", id)
				w.wantProblem(w.as("operator", r.method, target, ""), api.CodeIDInvalid, r.method+" "+target)
			}
			a := w.as("operator", r.method, r.address("acme")+"?zzz=1", "")
			w.wantProblem(a, api.CodeQueryInvalid, r.path)
		}
	}
	for query, code := range map[string]api.Code{
		"limit=0": api.CodeQueryInvalid, "limit=1001": api.CodeQueryInvalid, "limit=x": api.CodeQueryInvalid, "limit=1&limit=2": api.CodeQueryInvalid,
		"limit=%zz": api.CodeQueryInvalid, "limit=1;x=2": api.CodeQueryInvalid, "cursor=zzz": api.CodeCursorInvalid,
		"cursor=MTox%0A": api.CodeCursorInvalid, "cursor=MTowMQ": api.CodeCursorInvalid, "cursor=" + strings.Repeat("x", 600): api.CodeCursorInvalid,
	} {
		w.wantProblem(w.as("operator", "GET", "/v1/teams/acme/ledger?"+query, ""), code, query)
	}
	if now := w.balance("acme").Position; now != before {
		t.Errorf("went from %d to %d", before, now)
	}
}

func TestBadHeaders(t *testing.T) {
	w := newWorld(t)
	send := func(change func(http.Header)) answer {
		r := httptest.NewRequest("POST", "/v1/teams/acme/users", bytes.NewBufferString(`{"name":"X","email":"x@x.example"}`))
		r.Header.Set("Authorization", "Bearer "+operatorKey)
		r.Header.Set("Content-Type", "application/json")
		change(r.Header)
		return w.send(r)
	}
	for _, key := range [][]string{{""}, {strings.Repeat("k", 129)}, {"a\x01"}, {"é"}, {"a", "b"}} {
		w.wantProblem(send(func(h http.Header) { h["Idempotency-Key"] = key }), api.CodeKeyInvalid, fmt.Sprintf("%q", key))
	}
	for value, code := range map[string]api.Code{"Basic x": api.CodeCredentialMissing, "Bearer": api.CodeCredentialMissing, "Bearer ": api.CodeCredentialMissing,
		"Bearer  " + operatorKey: api.CodeCredentialInvalid, "Bearer " + strings.Repeat("x", 9000): api.CodeCredentialInvalid} {
		w.wantProblem(send(func(h http.Header) { h.Set("Authorization", value) }), code, value[:min(len(value), 20)])
	}
	w.wantProblem(send(func(h http.Header) { h.Add("Authorization", "Bearer x") }), api.CodeCredentialInvalid, "two credentials")
	if a := send(func(h http.Header) { h.Set("X-Request-Id", "mine") }); a.header.Get("X-Request-Id") == "mine" || a.status != 201 {
		t.Errorf("%d %v", a.status, a.header)
	}
}

package server

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares bytes with a committed file, or writes it.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	got = append(bytes.TrimSpace(got), '\n')
	if *update {
		must(t, os.WriteFile(path, got, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the code gives; run go test ./server -update and look at the change\n%s",
			path, cmp.Diff(string(want), string(got)))
	}
}

func goldenJSON(t *testing.T, path string, v any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	must(t, e.Encode(v))
	golden(t, path, b.Bytes())
}

// The words of the document are the comments in package api.
func TestWordsAreTheSourcesOwn(t *testing.T) {
	words := map[string]string{}
	files, err := filepath.Glob("../api/*.go")
	must(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		must(t, err)
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				collectWords(words, g)
			}
		}
	}
	goldenJSON(t, "document/words.json", words)
}

func collectWords(words map[string]string, g *ast.GenDecl) {
	for _, spec := range g.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		s, ok := t.Type.(*ast.StructType)
		if !ok {
			continue
		}
		words[t.Name.Name] = strings.Join(strings.Fields(plain(g.Doc.Text())), " ")
		for _, f := range s.Fields.List {
			if f.Tag == nil || f.Comment == nil {
				continue
			}
			name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
			if text := strings.TrimSpace(f.Comment.Text()); text != "" && name != "" {
				words[t.Name.Name+"."+name] = plain(text)
			}
		}
	}
}

// plain takes the marks of Go's documentation off.
func plain(s string) string { return strings.NewReplacer("[", "", "]", "").Replace(s) }

func readDocument(t *testing.T) *openapi3.T {
	t.Helper()
	w := newWorld(t)
	doc, err := openapi3.NewLoader().LoadFromData(w.as("", "GET", "/openapi.json", "").body)
	must(t, err)
	return doc
}

func TestDocumentIsValidAndCommitted(t *testing.T) {
	w := newWorld(t)
	var indented bytes.Buffer
	must(t, json.Indent(&indented, w.as("", "GET", "/openapi.json", "").body, "", "  "))
	golden(t, "../api/openapi.json", indented.Bytes())
	must(t, readDocument(t).Validate(context.Background(), openapi3.EnableExamplesValidation()))
}

// The mux and the document have the same routes, each with an example of what it takes and answers.
func TestEveryRouteIsInTheDocument(t *testing.T) {
	doc := readDocument(t)
	var want, got []string
	for _, r := range routes {
		want = append(want, r.method+" "+r.path)
	}
	ids := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			got = append(got, method+" "+path)
			if ids[op.OperationID] || op.Summary == "" || len(op.Tags) != 1 {
				t.Errorf("%s %s: %q %q %v", method, path, op.OperationID, op.Summary, op.Tags)
			}
			ids[op.OperationID] = true
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// The examples in the document were asked and answered.
func TestExamplesAreReal(t *testing.T) {
	w := newWorld(t)
	got := map[string]example{}
	for _, e := range tale {
		r := w.routeOf(e.method, e.target)
		a := w.okAs("operator", e.method, e.target, e.body, "Content-Type", r.mediaType())
		if a.status != r.success() {
			t.Errorf("%s %s: got %d, want %d", e.method, e.target, a.status, r.success())
		}
		if _, told := got[r.name()]; told || r.do.answers != "" && r.path != "/healthz" {
			continue
		}
		got[r.name()] = example{request(r, e.body), steady(a.body)}
	}
	for _, r := range routes {
		if _, ok := got[r.name()]; !ok && (r.do.answers == "" || r.path == "/healthz") {
			t.Errorf("%s %s has no example", r.method, r.path)
		}
	}
	if !t.Failed() {
		goldenJSON(t, "document/examples.json", got)
	}
}

func request(r *route, body string) json.RawMessage {
	switch {
	case r.do.in == nil || body == "":
		return nil
	case r.do.media != "":
		quoted, _ := json.Marshal(body) // a string
		return quoted
	}
	return json.RawMessage(body)
}

var (
	secret = regexp.MustCompile(`dpk_[0-9a-f_]+`)
	made   = regexp.MustCompile(`"u-[0-9a-f]{20}"`)
)

// steady replaces what is random in an answer.
func steady(body []byte) json.RawMessage {
	return made.ReplaceAll(secret.ReplaceAll(body, []byte("dpk_…")), []byte(`"u-…"`))
}

// routeOf is the row that an address belongs to.
func (w *world) routeOf(method, target string) *route {
	_, pattern := w.mux.Handler(httptest.NewRequest(method, target, http.NoBody))
	for i, r := range routes {
		if r.method+" "+r.path == pattern {
			return &routes[i]
		}
	}
	w.t.Fatalf("no row for %s %s", method, target)
	return nil
}

// tale asks every route once in an order that makes sense.
var tale = []struct{ method, target, body string }{
	{"GET", "/healthz", ""},
	{"GET", "/readyz", ""},
	{"GET", "/openapi.json", ""},
	{"GET", "/v1/keys", ""},
	{"GET", "/v1/clock", ""},
	{"GET", "/v1/catalog", ""},
	{"PUT", "/v1/catalog", catalogBody},
	{"POST", "/v1/teams", `{"id": "initech", "name": "Initech", "time_zone": "America/Chicago", "primary_admin": {"id": "bill", "name": "Bill Lumbergh", "email": "bill@initech.example"}}`},
	{"GET", "/v1/plans", ""},
	{"PUT", "/v1/plans", `{"items": [{"feature": "reporting_names", "plan": "standard"}]}`},
	{"GET", "/v1/teams?limit=2", ""},
	{"GET", "/v1/teams/acme", ""},
	{"POST", "/v1/teams/acme/packs", `{"id": "order-7", "size": 1000}`},
	{"POST", "/v1/teams/acme/grants", `{"id": "welcome", "tokens": 20, "reason": "to try Daypass"}`},
	{"POST", "/v1/teams/acme/packs/welcome/withdraw", `{"id": "back-1", "tokens": 5, "reason": "granted by mistake"}`},
	{"POST", "/v1/teams/acme/moves", `{"id": "move-1", "to": "initech", "tokens": 15, "reason": "the departments were split"}`},
	{"POST", "/v1/teams/acme/subscriptions", `{"id": "sub-1", "collection": "aec", "kind": "single_user", "seats": 2, "from": "2026-01-01T00:00:00.000Z", "until": "2027-01-01T00:00:00.000Z"}`},
	{"POST", "/v1/teams/acme/subscriptions", `{"id": "sub-3", "product": "autocad", "kind": "multi_user", "seats": 30, "from": "2026-01-01T00:00:00.000Z", "until": "2027-01-01T00:00:00.000Z"}`},
	{"POST", "/v1/teams/acme/subscriptions/sub-3/trade-in", `{"id": "trade-1", "seats": 25}`},
	{"GET", "/v1/teams/acme/subscriptions?limit=2", ""},
	{"PUT", "/v1/teams/acme/plan", `{"plan": "premium", "reason": "ordered by mail"}`},
	{"GET", "/v1/teams/acme/plan", ""},
	{"POST", "/v1/operator/keys", `{"id": "deputy", "expires_at": "2027-01-01T00:00:00.000Z"}`},
	{"GET", "/v1/operator/keys", ""},
	{"POST", "/v1/operator/keys/deputy/rotate", `{"overlap": "48h"}`},
	{"DELETE", "/v1/operator/keys/deputy", ""},
	{"POST", "/v1/teams/acme/keys", `{"id": "ci", "role": "product", "products": ["autocad", "revit"], "expires_at": "2027-01-01T00:00:00.000Z"}`},
	{"GET", "/v1/teams/acme/keys?limit=2", ""},
	{"POST", "/v1/teams/acme/keys/ci/rotate", `{"overlap": "48h"}`},
	{"DELETE", "/v1/teams/acme/keys/ci", ""},
	{"POST", "/v1/teams/acme/users", `{"id": "eve", "name": "Eve Holt", "email": "eve@acme.example"}`},
	{"POST", "/v1/teams/acme/users/import?assign=flex", "First name,Last name,Email\nBen,Ray,ben@acme.example\nZoe,Lund,eve@acme.example\n"},
	{"POST", "/v1/teams/acme/users/eve/invitation", ""},
	{"POST", "/v1/invitations/accept", `{"code": "dpi_…"}`},
	{"PUT", "/v1/teams/acme/users/eve/role", `{"role": "secondary_admin"}`},
	{"POST", "/v1/teams/acme/hand-over", `{"to": "eve@acme.example"}`},
	{"POST", "/v1/teams/acme/hand-over", `{"to": "ada"}`},
	{"PUT", "/v1/teams/acme/users/eve/assignments/aec", ""},
	{"GET", "/v1/teams/acme/subscriptions", ""},
	{"POST", "/v1/teams/acme/groups", `{"id": "designers", "name": "Designers"}`},
	{"POST", "/v1/teams/acme/groups/designers/members", `{"users": ["eve", "ben@acme.example"]}`},
	{"PUT", "/v1/teams/acme/groups/designers/assignments/aec", ""},
	{"GET", "/v1/teams/acme/groups/designers", ""},
	{"GET", "/v1/teams/acme/groups?limit=2", ""},
	{"GET", "/v1/teams/acme/groups/designers/members?limit=1", ""},
	{"GET", "/v1/teams/acme/users/eve/assignments", ""},
	{"POST", "/v1/teams/acme/access", `{"users": ["ben", "eve"], "products": ["autocad", "render"]}`},
	{"DELETE", "/v1/teams/acme/groups/designers/assignments/aec", ""},
	{"PUT", "/v1/teams/acme/groups/designers", `{"name": "Designers and friends"}`},
	{"DELETE", "/v1/teams/acme/groups/designers/members/eve", ""},
	{"DELETE", "/v1/teams/acme/groups/designers", ""},
	{"POST", "/v1/teams/acme/users/eve/assignments/aec/move", `{"to": "ben"}`},
	{"POST", "/v1/teams/acme/users/ben/assignments/aec/move", `{"to": "eve"}`},
	{"GET", "/v1/teams/acme/users/eve", ""},
	{"GET", "/v1/teams/acme/users?limit=2", ""},
	{"GET", "/v1/teams/acme/users.csv", ""},
	{"DELETE", "/v1/teams/acme/users/eve/assignments/aec", ""},
	{"PUT", "/v1/teams/acme/users/ben@acme.example/flex", `{"mode": "listed", "products": ["autocad", "render"]}`},
	{"PUT", "/v1/teams/acme/users/eve/trials/revit", `{"until": "2026-02-01T00:00:00.000Z"}`},
	{"GET", "/v1/teams/acme/trials?user=eve", ""},
	{"DELETE", "/v1/teams/acme/users/eve/trials/revit", ""},
	{"GET", "/v1/teams/acme/flex", ""},
	{"PUT", "/v1/teams/acme/flex", `{"mode": "listed", "products": ["autocad", "revit", "render"]}`},
	{"POST", "/v1/teams/acme/requests", `{"id": "req-1", "user": "ben@acme.example", "product": "revit", "reason": "the tower is modelled in it"}`},
	{"GET", "/v1/teams/acme/requests?state=open", ""},
	{"POST", "/v1/teams/acme/requests/req-1/approve", `{"days": 7}`},
	{"GET", "/v1/teams/acme/requests/req-1", ""},
	{"POST", "/v1/teams/acme/requests/req-1/decline", `{"reason": "the tower goes to another office"}`},
	{"PUT", "/v1/teams/acme/limits", `{"items": [{"scope": "user", "user": "ben", "period": "week", "tokens": 35, "action": "refuse"}]}`},
	{"GET", "/v1/teams/acme/limits", ""},
	{"PUT", "/v1/teams/acme/settings", `{"short_launch": "5m", "devices": 2}`},
	{"GET", "/v1/teams/acme/settings", ""},
	{"POST", "/v1/teams/acme/sessions", `{"id": "ses-1", "user": "ben@acme.example", "product": "autocad", "version": "2026", "device": "laptop-7"}`},
	{"POST", "/v1/teams/acme/sessions/bulk", `{"items": [{"id": "ses-2", "user": "ben", "product": "viewer"}, {"id": "ses-3", "user": "ben", "product": "revit"}, {"id": "ses-4", "user": "ben", "product": "render"}]}`},
	{"POST", "/v1/teams/acme/sessions/ses-1/renew", `{"in_use": true}`},
	{"GET", "/v1/teams/acme/users/ben/usage", ""},
	{"POST", "/v1/clock", `{"advance": "4m59s"}`},
	{"POST", "/v1/teams/acme/sessions/ses-1/close", ""},
	{"POST", "/v1/teams/acme/jobs", `{"id": "job-1", "user": "ben", "service": "render", "quantity": 80}`},
	{"POST", "/v1/teams/acme/jobs/job-1/complete", `{"quantity": 60}`},
	{"POST", "/v1/teams/acme/jobs", `{"id": "job-2", "user": "ben", "service": "render", "quantity": 8}`},
	{"POST", "/v1/teams/acme/jobs/job-2/cancel", ""},
	{"POST", "/v1/teams/acme/subscriptions", `{"id": "sub-2", "product": "revit", "kind": "multi_user", "seats": 1, "from": "2026-01-01T00:00:00.000Z", "until": "2027-01-01T00:00:00.000Z"}`},
	{"PUT", "/v1/teams/acme/users/ben/assignments/revit", ""},
	{"POST", "/v1/teams/acme/sessions", `{"id": "ses-5", "user": "ben", "product": "revit", "device": "desk-1"}`},
	{"GET", "/v1/teams/acme/floating", ""},
	{"POST", "/v1/teams/acme/floating/revit/ben/take", ""},
	{"GET", "/v1/teams/acme/balance", ""},
	{"GET", "/v1/teams/acme/ledger?limit=3&cursor=MToxNw", ""},
	{"DELETE", "/v1/teams/acme/users/eve", ""},
	{"POST", "/v1/teams/acme/suspend", `{"reason": "the invoice is unpaid"}`},
	{"POST", "/v1/teams/acme/resume", ""},
}

package server

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
)

const sessions = "/v1/teams/acme/sessions"

// TestProductKeyIsBound: a key that is bound to products opens, renews, closes and starts nothing else, and what it may not
// touch is for it as if it were not there.
func TestProductKeyIsBound(t *testing.T) {
	w := newPeople(t)
	w.key("plotter", `{"id":"plotter","role":"product","products":["revit"]}`)
	open := func(id, product string) answer {
		return w.as("acme/plotter", "POST", sessions, fmt.Sprintf(`{"id":%q,"user":"ben","product":%q}`, id, product))
	}
	if a := readAs[api.SessionAnswer](w, open("s-1", "revit")); a.Code != api.CodeTokensCharged {
		t.Errorf("got %+v, want revit opened", a)
	}
	refused := open("s-2", "autocad")
	w.wantProblem(refused, api.CodeProductForbidden, "autocad")
	unknown := open("s-2", "autoced")
	unknown.body = bytes.ReplaceAll(unknown.body, []byte("autoced"), []byte("autocad"))
	w.wantSame("a product that is not there", unknown, refused)

	w.ok("POST", sessions, `{"id":"theirs","user":"ben","product":"viewer"}`)
	w.ok("POST", "/v1/teams/acme/jobs", `{"id":"theirs","user":"ben","service":"render","quantity":1}`)
	for target, body := range map[string]string{sessions + "/%s/renew": `{"in_use":true}`, sessions + "/%s/close": "",
		"/v1/teams/acme/jobs/%s/complete": `{"quantity":1}`, "/v1/teams/acme/jobs/%s/cancel": ""} {
		w.wantHidden("acme/plotter", target, body)
	}
	taken := w.wantProblem(open("theirs", "revit"), api.CodeIdempotencyConflict, "an id of another product's session")
	if strings.Contains(taken.Detail, "viewer") || strings.Contains(taken.Detail, "ben") {
		t.Errorf("the conflict tells of another's session: %s", taken.Detail)
	}
	w.wantProblem(w.as("acme/plotter", "POST", "/v1/teams/acme/jobs", `{"id":"j","user":"ben","service":"render","quantity":1}`), api.CodeProductForbidden, "a job")

	bulk := readAs[api.BulkAnswer](w, w.okAs("acme/plotter", "POST", sessions+"/bulk",
		`{"items":[{"id":"b-1","user":"ben","product":"revit"},{"id":"b-2","user":"ben","product":"autocad"}]}`))
	if bulk.Items[0].Code != api.CodePassLive || bulk.Items[1].Code != api.CodeProductForbidden || bulk.Items[1].Outcome != api.OutcomeError {
		t.Errorf("got %+v, want one granted and one forbidden", bulk.Items)
	}
}

// wantHidden asks about what is there, as somebody whose it is not, and about what is not: the answers are the same.
func (w *world) wantHidden(name, target, body string) {
	w.t.Helper()
	ask := func(id string) answer {
		a := w.as(name, "POST", fmt.Sprintf(target, id), body)
		a.body = bytes.ReplaceAll(a.body, []byte(id), []byte("…"))
		return a
	}
	theirs := ask("theirs")
	w.wantProblem(theirs, api.CodeNotFound, name+" "+target)
	w.wantSame(name+" "+target, theirs, ask("nobodys"))
}

// TestUserKeyActsForItsUser: it needs to name nobody, may name itself, and never anybody else.
func TestUserKeyActsForItsUser(t *testing.T) {
	w := newPeople(t)
	for i, named := range []string{"", `"user":"ben",`, `"user":"BEN@acme.example",`} {
		body := fmt.Sprintf(`{"id":"s-%d",%s"product":"revit"}`, i, named)
		if a := readAs[api.SessionAnswer](w, w.okAs("acme/ben", "POST", sessions, body)); a.Outcome != api.OutcomeGranted {
			t.Errorf("%s: got %+v", body, a)
		}
	}
	w.okAs("acme/ben", "POST", sessions+"/s-0/renew", `{"in_use":true}`)
	w.okAs("acme/ben", "POST", sessions+"/s-0/close", "")
	other := w.as("acme/ben", "POST", sessions, `{"id":"s-9","user":"cleo","product":"viewer"}`)
	nobody := w.as("acme/ben", "POST", sessions, `{"id":"s-9","user":"xxxx","product":"viewer"}`)
	w.wantProblem(other, api.CodeForbidden, "for another")
	w.wantSame("for nobody", nobody, other)
	w.wantProblem(w.as("acme/ben", "POST", sessions+"/bulk", `{"items":[{"id":"a","product":"viewer"},{"id":"b","user":"cleo","product":"viewer"}]}`), api.CodeForbidden, "in bulk")

	w.ok("POST", sessions, `{"id":"theirs","user":"cleo","product":"viewer"}`)
	w.wantHidden("acme/ben", sessions+"/%s/renew", `{"in_use":true}`)
	w.wantHidden("acme/ben", sessions+"/%s/close", "")

	for _, ref := range []string{"ben", "Ben@acme.example"} {
		if u := readAs[api.User](w, w.okAs("acme/ben", "GET", "/v1/teams/acme/users/"+ref, "")); u.ID != "ben" || !u.Flex {
			t.Errorf("got %+v, want ben with flex", u)
		}
	}
	entries := readAs[api.List[api.Entry]](w, w.ok("GET", "/v1/teams/acme/ledger?limit=1000", ""))
	opened := func(e api.Entry) bool { return e.Kind == "pass_opened" && e.By == "user:ben" }
	if !slices.ContainsFunc(entries.Items, opened) {
		t.Errorf("the ledger does not say that user:ben opened: %+v", entries.Items)
	}
}

// TestUserKeyOfAnAdmin: who acts as a user is no admin meanwhile.
func TestUserKeyOfAnAdmin(t *testing.T) {
	w := newPeople(t)
	w.key("laptop", `{"id":"laptop","role":"user","user":"ada@acme.example"}`)
	for i := range routes {
		if r := &routes[i]; r.who&(anyone|user) == 0 {
			w.wantProblem(w.as("acme/laptop", r.method, r.address("acme"), ""), api.CodeForbidden, r.path)
		}
	}
}

// TestWhoMakesWhichKey: nobody gets the secret of a key that can do more than they can.
func TestWhoMakesWhichKey(t *testing.T) {
	w := newPeople(t)
	all := map[string]string{"reports": `"role":"reports"`, "product": `"role":"product"`, "user": `"role":"user","user":"ada"`,
		"admin": `"role":"admin"`, "as ada": `"role":"admin","user":"ada"`, "as cleo": `"role":"admin","user":"cleo"`}
	harmless := []string{"reports", "product", "user"}
	may := map[string][]string{"operator": {"reports", "product", "user", "admin", "as ada", "as cleo"}, "acme/admin": harmless,
		"acme/ada": append([]string{"admin", "as ada"}, harmless...), "acme/cleo": append([]string{"admin", "as cleo"}, harmless...)}
	n := 0
	for maker, allowed := range may {
		for what, words := range all {
			n++
			made := w.as(maker, "POST", "/v1/teams/acme/keys", fmt.Sprintf(`{"id":"k-%d",%s}`, n, words))
			own := fmt.Sprintf("o-%d", n)
			w.key(own, fmt.Sprintf(`{"id":%q,%s}`, own, words))
			rotated := w.as(maker, "POST", "/v1/teams/acme/keys/"+own+"/rotate", "")
			if strings.Contains(strings.Join(allowed, "|"), what) {
				if made.status != 201 || rotated.status != 200 {
					t.Errorf("%s, %s: got %s %s", maker, what, made.body, rotated.body)
				}
				continue
			}
			w.wantProblem(made, api.CodeForbidden, maker+" makes "+what)
			w.wantProblem(rotated, api.CodeForbidden, maker+" rotates "+what)
		}
	}
	for body, path := range map[string]string{`"role":"admin","user":"ben"`: "/user", `"role":"user","user":"rex"`: "/user", `"role":"user","user":"nobody"`: "/user",
		`"role":"user"`: "/user", `"role":"reports","user":"ben"`: "/user", `"role":"product","products":["autocad","none"]`: "/products/1",
		`"role":"product","products":[]`: "/products", `"role":"admin","products":["autocad"]`: "/products", `"role":"operator"`: "/role"} {
		p := w.wantProblem(w.as("acme/ada", "POST", "/v1/teams/acme/keys", `{"id":"bad",`+body+`}`), api.CodeBodyInvalid, body)
		if len(p.Errors) == 0 || p.Errors[0].Path != path {
			t.Errorf("%s: got %+v, want an error at %s", body, p.Errors, path)
		}
	}
}

// TestNoKeyOutlivesItsMaker: what is made with a key that ends, ends with it.
func TestNoKeyOutlivesItsMaker(t *testing.T) {
	w := newPeople(t)
	w.key("brief", `{"id":"brief","role":"admin","user":"ada","expires_at":"2026-01-06T08:00:00.000Z"}`)
	made := readAs[api.APIKey](w, w.okAs("acme/brief", "POST", "/v1/teams/acme/keys", `{"id":"a","role":"admin"}`))
	if made.ExpiresAt == nil || *made.ExpiresAt != api.InstantOf(monday.Add(24*time.Hour)) || made.MadeBy != "user:ada" {
		t.Errorf("got %+v, want the end of the key that made it", made)
	}
	late := w.as("acme/brief", "POST", "/v1/teams/acme/keys", `{"id":"b","role":"reports","expires_at":"2026-01-06T08:00:00.001Z"}`)
	w.wantProblem(late, api.CodeBodyInvalid, "a later end")
}

// TestRightsFollowTheRole: what a named admin may is asked of the team with each request.
func TestRightsFollowTheRole(t *testing.T) {
	w := newPeople(t)
	role := func(as, user, role string) answer {
		return w.as(as, "PUT", "/v1/teams/acme/users/"+user+"/role", `{"role":"`+role+`"}`)
	}
	for _, as := range []string{"acme/cleo", "acme/admin"} {
		w.wantProblem(role(as, "ben", "secondary_admin"), api.CodeForbidden, "a secondary admin promotes")
		w.wantProblem(role(as, "cleo", "user"), api.CodeForbidden, "a secondary admin demotes")
		w.wantProblem(w.as(as, "POST", "/v1/teams/acme/users", `{"name":"X","email":"x@acme.example","role":"secondary_admin"}`), api.CodeForbidden, "a secondary admin adds one")
		w.wantProblem(w.as(as, "POST", "/v1/teams/acme/hand-over", `{"to":"cleo"}`), api.CodeForbidden, "a secondary admin hands over")
	}
	for _, as := range []string{"acme/ada", "operator"} {
		w.wantProblem(role(as, "ada", "secondary_admin"), api.CodeLastPrimaryAdmin, "the last primary demoted")
		w.wantProblem(w.as(as, "DELETE", "/v1/teams/acme/users/ada", ""), api.CodeLastPrimaryAdmin, "the last primary removed")
		w.wantProblem(w.as(as, "POST", "/v1/teams/acme/hand-over", `{"to":"ben"}`), api.CodeNotSecondaryAdmin, "handed over to a user")
		w.wantProblem(w.as(as, "POST", "/v1/teams/acme/hand-over", `{"to":"rex"}`), api.CodeBodyInvalid, "handed over to nobody")
		w.wantProblem(role(as, "ben", "primary_admin"), api.CodeBodyInvalid, "the role of the primary admin given")
	}
	w.okAs("acme/ada", "POST", "/v1/teams/acme/hand-over", `{"to":"cleo"}`)
	w.wantProblem(role("acme/ada", "ben", "secondary_admin"), api.CodeForbidden, "who handed over")
	w.okAs("acme/cleo", "PUT", "/v1/teams/acme/users/ben/role", `{"role":"secondary_admin"}`)
	w.okAs("acme/cleo", "PUT", "/v1/teams/acme/users/ada/role", `{"role":"guest"}`)
	w.wantProblem(w.as("acme/ada", "GET", "/v1/teams/acme/users", ""), api.CodeCredentialInvalid, "who was demoted")
	w.okAs("acme/cleo", "PUT", "/v1/teams/acme/users/ada/role", `{"role":"secondary_admin"}`)
	w.okAs("acme/ada", "GET", "/v1/teams/acme/users", "")
	w.okAs("acme/ada", "DELETE", "/v1/teams/acme/users/ada", "")
	w.ok("POST", "/v1/teams/acme/users", `{"id":"ada","name":"Ada","email":"ada@acme.example","role":"secondary_admin"}`)
	w.wantProblem(w.as("acme/ada", "GET", "/v1/teams/acme/users", ""), api.CodeCredentialInvalid, "the key of who came back")
}

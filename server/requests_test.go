package server

import (
	"fmt"
	"strings"
	"testing"

	"github.com/daypass/daypass/api"
)

// asking is a world in which revit is closed to Ben and Eve of acme, each with a key of their own, and a product key
// that is bound to autocad.
func asking(t *testing.T) *world {
	w := newWorld(t)
	w.ok("POST", "/v1/teams/acme/users", `{"id":"eve","name":"Eve","email":"eve@acme.example"}`)
	w.ok("PUT", "/v1/teams/acme/users/eve/assignments/flex", "")
	w.ok("PUT", "/v1/teams/acme/flex", `{"mode":"listed","products":["autocad"]}`)
	for _, user := range []string{"ben", "eve"} {
		key := readAs[api.APIKey](w, w.ok("POST", "/v1/teams/acme/keys", fmt.Sprintf(`{"id":"of-%s","role":"user","user":"%s"}`, user, user)))
		w.secret[user] = key.Secret
	}
	key := readAs[api.APIKey](w, w.ok("POST", "/v1/teams/acme/keys", `{"id":"bound","role":"product","products":["autocad"]}`))
	w.secret["bound"] = key.Secret
	return w
}

const atRequests = "/v1/teams/acme/requests"

// A user asks for themselves and sees what is theirs; a product key asks for its users and its products; who decides
// are admins. What is not the caller's answers as if it did not exist (R8.6, R14.4).
func TestRequestsOfWhom(t *testing.T) {
	w := asking(t)
	first := w.okAs("ben", "POST", atRequests, `{"id":"r1","product":"revit","reason":"the tower"}`)
	asked := readAs[api.Wish](w, first)
	if first.status != 201 || asked.User != "ben" || asked.AskedBy != "user:ben" || asked.Rate == nil || asked.Rate.Tokens != 10_000 || asked.State != api.WishOpen {
		t.Errorf("got %d %s", first.status, first.body)
	}
	again := w.okAs("ben", "POST", atRequests, `{"id":"r1","user":"BEN@acme.example","product":"revit","reason":"the tower"}`)
	if again.header.Get("Idempotent-Replayed") != "true" || string(again.body) != string(first.body) {
		t.Errorf("the same again is answered %s", again.body)
	}
	w.wantProblem(w.as("ben", "POST", atRequests, `{"id":"r2","product":"revit"}`), api.CodeRequestOpen, "the same product again")
	w.wantProblem(w.as("ben", "POST", atRequests, `{"id":"r1","product":"revit"}`), api.CodeIdempotencyConflict, "another body")
	w.wantProblem(w.as("ben", "POST", atRequests, `{"id":"r2","product":"autocad"}`), api.CodeAlreadyAllowed, "what is open")
	w.wantProblem(w.as("eve", "POST", atRequests, `{"id":"r1","product":"revit"}`), api.CodeIdempotencyConflict, "an id of somebody else's")
	someone, nobody := w.as("eve", "POST", atRequests, `{"id":"x","user":"ben","product":"revit"}`), w.as("eve", "POST", atRequests, `{"id":"x","user":"zoe","product":"revit"}`)
	w.wantProblem(someone, api.CodeForbidden, "for somebody else")
	if string(someone.body) != string(nobody.body) {
		t.Errorf("who exists is told: %s, %s", someone.body, nobody.body)
	}
	w.wantProblem(w.as("bound", "POST", atRequests, `{"id":"x","user":"eve","product":"revit"}`), api.CodeProductForbidden, "a product that the key is not bound to")
	w.okAs("acme/product", "POST", atRequests, `{"id":"r2","user":"eve@acme.example","product":"revit"}`)

	for _, who := range []string{"eve", "bound", "globex/admin"} {
		w.wantProblem(w.as(who, "GET", atRequests+"/r1", ""), api.CodeNotFound, who)
	}
	for who, want := range map[string]string{"ben": "r1", "eve": "r2", "bound": "", "acme/product": "r1 r2", "acme/admin": "r1 r2", "operator": "r1 r2"} {
		var ids []string
		for _, r := range readAs[api.List[api.Wish]](w, w.okAs(who, "GET", atRequests+"?state=open", "")).Items {
			ids = append(ids, r.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s sees %q, want %q", who, got, want)
		}
	}
	for _, who := range []string{"ben", "acme/product", "acme/reports"} {
		w.wantProblem(w.as(who, "POST", atRequests+"/r1/approve", ""), api.CodeForbidden, who+" approves")
		w.wantProblem(w.as(who, "POST", atRequests+"/r1/decline", `{"reason":"no"}`), api.CodeForbidden, who+" declines")
	}
	w.wantProblem(w.as("acme/reports", "GET", atRequests, ""), api.CodeForbidden, "reports")
}

// What an approval does is seen in the next opening, and what the user used is seen by who decides.
func TestApprovalIsSeen(t *testing.T) {
	w := asking(t)
	opens := func(id string) api.SessionAnswer {
		return readAs[api.SessionAnswer](w, w.okAs("ben", "POST", "/v1/teams/acme/sessions", `{"id":"`+id+`","product":"revit"}`))
	}
	w.okAs("ben", "POST", atRequests, `{"id":"r1","product":"revit"}`)
	if a := opens("s1"); a.Code != "product_excluded" {
		t.Errorf("before it is approved: %+v", a)
	}
	done := readAs[api.Wish](w, w.okAs("acme/admin", "POST", atRequests+"/r1/approve", `{"passes":1}`))
	if done.State != api.WishApproved || *done.Passes != 1 || *done.Used != 0 || done.DecidedBy != "key:admin" {
		t.Errorf("approved as %+v", done)
	}
	if a := opens("s1"); a.Code != "tokens_charged" || a.Limits != nil {
		t.Errorf("after it was approved: %+v", a)
	}
	w.ok("POST", "/v1/clock", `{"advance":"24h"}`)
	if a := opens("s2"); a.Code != "product_excluded" {
		t.Errorf("after its one pass: %+v", a)
	}
	r := readAs[api.Wish](w, w.okAs("ben", "GET", atRequests+"/r1", ""))
	if r.State != api.WishEnded || *r.Used != 1 || r.Use.Product.Month != 10_000 || r.Use.Total.Day != 0 || r.Use.LatestPass == nil {
		t.Errorf("at its end it is %+v", r)
	}
	w.wantProblem(w.as("acme/admin", "POST", atRequests+"/r1/decline", `{"reason":"no"}`), api.CodeRequestDecided, "taking back what has ended")
	w.wantProblem(w.as("acme/admin", "POST", atRequests+"/nothing/approve", ""), api.CodeNotFound, "a request that is not there")
	for body, path := range map[string]string{`{"days":0}`: "/days", `{"days":3651}`: "/days", `{"passes":-1}`: "/passes", `{"passes":1.5}`: "/passes", `{"until":"2027-01-01"}`: "/until"} {
		p := w.wantProblem(w.as("acme/admin", "POST", atRequests+"/r1/approve", body), api.CodeBodyInvalid, body)
		if len(p.Errors) != 1 || p.Errors[0].Path != path {
			t.Errorf("%s: %+v", body, p.Errors)
		}
	}
	w.wantProblem(w.as("acme/admin", "POST", atRequests+"/r1/decline", `{}`), api.CodeBodyInvalid, "no reason")
	w.wantProblem(w.as("ben", "GET", atRequests+"?state=new", ""), api.CodeQueryInvalid, "a state that is none")
	p := w.wantProblem(w.as("acme/admin", "POST", atRequests, `{"id":"x","user":"zoe","product":"revit"}`), api.CodeBodyInvalid, "nobody")
	if p.Errors[0].Path != "/user" {
		t.Errorf("%+v", p.Errors)
	}
	p = w.wantProblem(w.as("acme/admin", "POST", atRequests, `{"id":"x","user":"ben","product":"solitaire"}`), api.CodeBodyInvalid, "nothing")
	if p.Errors[0].Path != "/product" {
		t.Errorf("%+v", p.Errors)
	}
}

// What is left under limits is in the answers that they count, and in no other.
func TestLimitsInAnswers(t *testing.T) {
	w := asking(t)
	w.ok("PUT", "/v1/teams/acme/limits", `{"items":[{"scope":"user","user":"ben@acme.example","period":"week","tokens":10,"action":"refuse"},
		{"scope":"team","period":"day","tokens":5,"action":"warn"}]}`)
	body := string(w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", `{"id":"s1","user":"ben","product":"autocad","version":"2026"}`).body)
	want := `"limits":[{"scope":"user","user":"ben","period":"week","tokens":10,"action":"refuse","left":3,"until":"2026-01-12T00:00:00.000Z"},` +
		`{"scope":"team","period":"day","tokens":5,"action":"warn","left":0,"until":"2026-01-06T00:00:00.000Z","warning":"More was spent than this limit says: 7 of 5 tokens in this day."}],"balance"`
	if !strings.Contains(body, want) {
		t.Errorf("got %s\nwant %s", body, want)
	}
	for _, free := range []string{`{"id":"s2","user":"ben","product":"autocad","version":"2026"}`, `{"id":"s3","user":"ben","product":"viewer"}`} {
		if body := string(w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", free).body); strings.Contains(body, "limits") {
			t.Errorf("nothing was charged, and it is answered %s", body)
		}
	}
	bulk := string(w.okAs("acme/product", "POST", "/v1/teams/acme/sessions/bulk", `{"items":[{"id":"s4","user":"eve","product":"autocad","version":"2026"}]}`).body)
	if !strings.Contains(bulk, `"limits":[{"scope":"team","period":"day","tokens":5,"action":"warn","left":0,`) || strings.Contains(bulk, `"scope":"user"`) {
		t.Errorf("got %s", bulk)
	}
	w.ok("PUT", "/v1/teams/acme/flex", `{"mode":"all"}`)
	job := string(w.okAs("acme/product", "POST", "/v1/teams/acme/jobs", `{"id":"j1","user":"ben","service":"render","quantity":80}`).body)
	if !strings.Contains(job, `"code":"limit_reached"`) || !strings.Contains(job, `"left":3`) {
		t.Errorf("got %s", job)
	}
}

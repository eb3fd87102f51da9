package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/api"
)

const acme = "/v1/teams/acme"

// asked is a request that must be refused, and changes nothing.
type asked struct {
	about, method, target, body string
	code                        api.Code
}

func (w *world) refuseAll(list []asked) {
	w.t.Helper()
	before := w.balance("acme").Position
	for _, a := range list {
		w.wantProblem(w.as("acme/admin", a.method, a.target, a.body), a.code, a.about)
	}
	if after := w.balance("acme").Position; after != before {
		w.t.Errorf("what was refused led from %d to %d", before, after)
	}
}

func TestGroupsAreWholeOrNot(t *testing.T) {
	w := newWorld(t)
	w.ok("POST", acme+"/subscriptions", `{"id":"s","product":"revit","kind":"single_user","seats":1,"from":"2026-01-01T00:00:00.000Z","until":"2027-01-01T00:00:00.000Z"}`)
	w.ok("POST", acme+"/groups", `{"id":"cad","name":"CAD"}`)
	w.ok("POST", acme+"/groups/cad/members", `{"users":["ben"]}`)
	w.ok("PUT", acme+"/groups/cad/assignments/revit", "")
	w.refuseAll([]asked{
		{"the id is another group's", "POST", acme + "/groups", `{"id":"cad","name":"Other"}`, api.CodeIdempotencyConflict},
		{"too few seats", "POST", acme + "/groups/cad/members", `{"users":["ada"]}`, api.CodeSeatsShort},
		{"nobody", "POST", acme + "/groups/cad/members", `{"users":["ben","nobody"]}`, api.CodeBodyInvalid},
		{"another team's user", "POST", acme + "/groups/cad/members", `{"users":["ben@globex.example"]}`, api.CodeBodyInvalid},
		{"no users", "POST", acme + "/groups/cad/members", `{"users":[]}`, api.CodeBodyInvalid},
		{"no such group", "POST", acme + "/groups/none/members", `{"users":["ben"]}`, api.CodeNotFound},
		{"no such group", "GET", acme + "/groups/none/members", "", api.CodeNotFound},
		{"no such group", "DELETE", acme + "/groups/none", "", api.CodeNotFound},
		{"no such group", "PUT", acme + "/groups/none", `{"name":"N"}`, api.CodeNotFound},
		{"another team's group", "DELETE", "/v1/teams/globex/groups/cad", "", api.CodeNotFound},
		{"nothing of the catalogue", "PUT", acme + "/groups/cad/assignments/nothing", "", api.CodeNotFound},
		{"a kind of flex", "PUT", acme + "/groups/cad/assignments/flex", `{"kind":"single_user"}`, api.CodeBodyInvalid},
		{"another kind", "PUT", acme + "/groups/cad/assignments/revit", `{"kind":"multi_user"}`, api.CodeIdempotencyConflict},
		{"what a group gives", "DELETE", acme + "/users/ben/assignments/revit", "", api.CodeGroupGives},
		{"what a group gives", "POST", acme + "/users/ben/assignments/revit/move", `{"to":"ada"}`, api.CodeGroupGives},
		{"what nobody has", "POST", acme + "/users/ben/assignments/autocad/move", `{"to":"ada"}`, api.CodeNotFound},
		{"to nobody", "POST", acme + "/users/ben/assignments/flex/move", `{"to":"nobody"}`, api.CodeBodyInvalid},
		{"to the same", "POST", acme + "/users/ben/assignments/flex/move", `{"to":"ben@acme.example"}`, api.CodeBodyInvalid},
		{"a line in the name", "POST", acme + "/groups", `{"id":"x","name":"a\r\nb"}`, api.CodeBodyInvalid},
	})
	a := w.as("acme/admin", "POST", acme+"/groups/cad/members", `{"users":["ada"]}`)
	if p := readAs[api.Problem](w, a); !strings.Contains(p.Detail, "1 more") {
		t.Errorf("it says not how many are missing: %s", a.body)
	}
}

// A repeated request has one effect and the first answer.
func TestGroupsAgain(t *testing.T) {
	w := newWorld(t)
	for i := range 2 {
		a := w.okAs("acme/admin", "POST", acme+"/groups", `{"id":"cad","name":"CAD"}`)
		b := w.okAs("acme/admin", "POST", acme+"/groups/cad/members", `{"users":["ada","ben","BEN@acme.example"]}`, "Idempotency-Key", "k")
		if got := readAs[api.MembersAnswer](w, b); got.Added != 2 || got.Members != 2 {
			t.Errorf("%d: %+v", i, got)
		}
		for _, answer := range []answer{a, b} {
			if (answer.header.Get("Idempotent-Replayed") == "true") != (i == 1) {
				t.Errorf("%d: %v", i, answer.header)
			}
		}
	}
	w.wantProblem(w.as("acme/admin", "POST", acme+"/groups/cad/members", `{"users":["ada"]}`, "Idempotency-Key", "k"), api.CodeIdempotencyConflict, "another body")
	list := readAs[api.List[api.User]](w, w.ok("GET", acme+"/groups/cad/members?limit=1", ""))
	if len(list.Items) != 1 || list.Items[0].ID != "ada" || list.Next == nil {
		t.Fatalf("the first page: %+v", list)
	}
	rest := readAs[api.List[api.User]](w, w.ok("GET", acme+"/groups/cad/members?cursor="+*list.Next, ""))
	if len(rest.Items) != 1 || rest.Items[0].ID != "ben" || rest.Next != nil {
		t.Errorf("the second page: %+v", rest)
	}
	w.wantProblem(w.as("acme/admin", "GET", acme+"/groups?limit=1000000000", ""), api.CodeQueryInvalid, "a page of 10^9")
}

func TestTooFewSeatsAreShown(t *testing.T) {
	w := newWorld(t)
	term := func(id string, seats int, from, until, more string) string {
		return fmt.Sprintf(`{"id":%q,"product":"revit","kind":"single_user","seats":%d,"from":"%sT00:00:00.000Z","until":"%sT00:00:00.000Z"%s}`, id, seats, from, until, more)
	}
	w.ok("POST", acme+"/subscriptions", term("s1", 2, "2026-01-01", "2026-02-01", ""))
	for _, u := range []string{"ada", "ben"} {
		w.ok("PUT", acme+"/users/"+u+"/assignments/revit", "")
	}
	w.wantProblem(w.as("operator", "POST", acme+"/subscriptions", term("s2", 1, "2026-02-01", "2027-02-01", "")), api.CodeSeatsShort, "one seat for two")
	w.ok("POST", acme+"/subscriptions", term("s2", 1, "2026-02-01", "2027-02-01", `,"over_assign":true`))
	list := readAs[api.List[api.SubscriptionStanding]](w, w.ok("GET", acme+"/subscriptions", ""))
	type row struct {
		id                    string
		owned, assigned, over int
		uncovered             string
	}
	got := []row{}
	for _, s := range list.Items {
		got = append(got, row{s.ID, s.Owned, s.Assigned, s.OverAssigned, strings.Join(s.Uncovered, " ")})
	}
	want := []row{{"s1", 2, 2, 0, ""}, {"s2", 1, 2, 1, "ben"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	w.ok("POST", "/v1/clock", `{"now":"2026-02-01T00:00:00.000Z"}`)
	has := readAs[api.UserAssignments](w, w.ok("GET", acme+"/users/ben/assignments", ""))
	if len(has.Seats) != 1 || has.Seats[0].Now {
		t.Errorf("a seat that is not there: %+v", has.Seats)
	}
	i := slices.IndexFunc(has.Products, func(e api.Entitlement) bool { return e.Product == "revit" })
	wantWhy := []api.Reason{{Source: api.SourceSeat, What: "revit", Kind: api.SingleUser, Direct: true},
		{Source: api.SourceTokens, What: "flex", Direct: true, List: api.FlexFromDefault, Now: true}}
	if d := cmp.Diff(wantWhy, has.Products[i].Why); d != "" || has.Products[i].Source != api.SourceTokens || has.Products[i].Tokens != 10*api.Whole {
		t.Errorf("%+v\n%s", has.Products[i], d)
	}
}

func TestTakingAFloatingSeat(t *testing.T) {
	w := newWorld(t)
	w.ok("POST", acme+"/subscriptions", `{"id":"s","collection":"aec","kind":"multi_user","seats":1,"from":"2026-01-01T00:00:00.000Z","until":"2027-01-01T00:00:00.000Z"}`)
	w.ok("PUT", acme+"/users/ben/assignments/aec", "")
	w.ok("POST", acme+"/sessions", `{"id":"ses-1","user":"ben","product":"revit","device":"d1"}`)
	w.refuseAll([]asked{
		{"nobody", "POST", acme + "/floating/aec/nobody/take", "", api.CodeNotFound},
		{"nothing", "POST", acme + "/floating/nothing/ben/take", "", api.CodeNotFound},
		{"another team", "POST", "/v1/teams/globex/floating/aec/ben/take", "", api.CodeNotFound},
	})
	w.wantProblem(w.as("acme/reports", "POST", acme+"/floating/aec/ben/take", ""), api.CodeForbidden, "who only reads")
	for i := range 2 {
		a := w.okAs("acme/admin", "POST", acme+"/floating/aec/ben@acme.example/take", "", "Idempotency-Key", "k")
		got := readAs[api.FloatingSeat](w, a)
		if len(got.Sessions) != 1 || got.Until == nil || (a.header.Get("Idempotent-Replayed") == "true") != (i == 1) {
			t.Errorf("%d: %s", i, a.body)
		}
	}
	if list := readAs[api.List[api.FloatingSeat]](w, w.ok("GET", acme+"/floating", "")); len(list.Items) != 0 {
		t.Errorf("it is in use still: %+v", list)
	}
	if got := readAs[api.FloatingSeat](w, w.ok("POST", acme+"/floating/aec/ben/take", "")); len(got.Sessions) != 0 || got.Until != nil {
		t.Errorf("it is taken twice: %+v", got)
	}
}

func TestAccessBounds(t *testing.T) {
	w := newWorld(t)
	many := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf(`"x%d"`, i)
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	w.refuseAll([]asked{
		{"no users", "POST", acme + "/access", `{"users":[],"products":["revit"]}`, api.CodeBodyInvalid},
		{"too many pairs", "POST", acme + "/access", `{"users":` + many(101) + `,"products":` + many(100) + `}`, api.CodeBodyInvalid},
		{"too many users", "POST", acme + "/access", `{"users":` + many(1001) + `,"products":["revit"]}`, api.CodeBodyInvalid},
		{"a product twice", "POST", acme + "/access", `{"users":["ben"],"products":["revit","revit"]}`, api.CodeBodyInvalid},
		{"another team", "POST", "/v1/teams/globex/access", `{"users":["ben"],"products":["revit"]}`, api.CodeNotFound},
	})
	got := readAs[api.AccessAnswer](w, w.ok("POST", acme+"/access", `{"users":["BEN@acme.example","ben@globex.example"],"products":["autocad","nothing"]}`))
	want := []api.Access{{User: "BEN@acme.example", Product: "autocad", Outcome: api.OutcomeGranted, Code: api.CodeTokensCharged, Source: api.SourceTokens, Tokens: 7 * api.Whole},
		{User: "BEN@acme.example", Product: "nothing", Outcome: api.OutcomeRefused, Code: api.CodeProductUnknown},
		{User: "ben@globex.example", Product: "autocad", Outcome: api.OutcomeRefused, Code: api.CodeUserUnknown},
		{User: "ben@globex.example", Product: "nothing", Outcome: api.OutcomeRefused, Code: api.CodeProductUnknown}}
	if d := cmp.Diff(want, got.Items); d != "" {
		t.Error(d)
	}
	if list := readAs[api.AccessAnswer](w, w.ok("POST", acme+"/access", `{"users":`+many(100)+`,"products":`+many(100)+`}`)); len(list.Items) != api.MaxAccessPairs {
		t.Errorf("%d pairs", len(list.Items))
	}
}

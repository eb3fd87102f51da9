package server

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/api"
)

// A team has Premium while it was ordered and 50 single-user seats are in term, whatever tokens it has (R9.1).
func TestPlanInForce(t *testing.T) {
	w := newWorld(t)
	w.ok("PUT", "/v1/teams/acme/plan", `{"plan": "premium"}`)
	plan := func() api.TeamPlan {
		t.Helper()
		p := readAs[api.TeamPlan](w, w.ok("GET", "/v1/teams/acme/plan", ""))
		team := readAs[api.Team](w, w.ok("GET", "/v1/teams/acme", ""))
		if team.Plan != p.Ordered || team.PlanInForce != p.InForce || team.PlanBecause != p.Because || !cmp.Equal(team.Unlocks, p.Unlocks) {
			t.Errorf("the team says %+v and its plan %+v", team, p)
		}
		return p
	}
	want := func(in api.Plan, because api.PlanReason, seats int) {
		t.Helper()
		if p := plan(); p.Ordered != api.PlanPremium || p.InForce != in || p.Because != because || p.Seats != seats || p.Needed != 50 {
			t.Errorf("got %+v, want %s because %s", p, in, because)
		}
	}
	want(api.PlanStandard, api.PlanNoSubscriptions, 0)
	subscribe := func(id, kind string, seats int, until string) {
		w.ok("POST", "/v1/teams/acme/subscriptions", fmt.Sprintf(
			`{"id":%q,"product":"revit","kind":%q,"seats":%d,"from":"2026-01-01","until":%q}`, id, kind, seats, until))
	}
	subscribe("floating", "multi_user", 100, "2027-01-01")
	want(api.PlanStandard, api.PlanSeatsShort, 0)
	subscribe("most", "single_user", 49, "2027-01-01")
	want(api.PlanStandard, api.PlanSeatsShort, 49)
	subscribe("last", "single_user", 1, "2026-01-06")
	want(api.PlanPremium, api.PlanAsOrdered, 50)
	if p := plan(); p.ChangesAt == nil || p.ChangesAt.String() != "2026-01-06T00:00:00.000Z" || len(p.Unlocks) != 5 {
		t.Errorf("got %+v", p)
	}
	must(t, w.clock.Set(monday.AddDate(0, 0, 1))) // time alone changes it (R1.4)
	want(api.PlanStandard, api.PlanSeatsShort, 49)
	if p := plan(); p.ChangesAt != nil || len(p.Unlocks) != 2 {
		t.Errorf("got %+v", p)
	}
	// The request that created the team is still the same request.
	again := w.ok("POST", "/v1/teams", `{"id":"acme","name":"The team","primary_admin":{"id":"ada","name":"Ada","email":"ada@acme.example"}}`)
	if again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("got %d %s", again.status, again.body)
	}
}

// A reports key learns names only in a team whose plan unlocks them, and cannot find anybody by mail otherwise.
func TestNamesForReports(t *testing.T) {
	w := newWorld(t)
	names := func() []string {
		team := readAs[api.Team](w, w.okAs("acme/reports", "GET", "/v1/teams/acme", ""))
		ben := readAs[api.User](w, w.okAs("acme/reports", "GET", "/v1/teams/acme/users/ben", ""))
		all := readAs[api.List[api.User]](w, w.okAs("acme/reports", "GET", "/v1/teams/acme/users", ""))
		return []string{team.PrimaryAdmin.Name, team.PrimaryAdmin.Email, ben.Name, ben.Email, all.Items[0].Name, all.Items[0].Email}
	}
	if d := cmp.Diff(make([]string, 6), names()); d != "" {
		t.Error(d)
	}
	w.wantProblem(w.as("acme/reports", "GET", "/v1/teams/acme/users/ben@acme.example", ""), api.CodeNotFound, "by mail")
	w.okAs("acme/admin", "GET", "/v1/teams/acme/users/ben@acme.example", "")
	w.ok("PUT", "/v1/plans", `{"items": [{"feature": "reporting_names", "plan": "standard"}]}`)
	if d := cmp.Diff([]string{"Ada", "ada@acme.example", "Ben", "ben@acme.example", "Ada", "ada@acme.example"}, names()); d != "" {
		t.Error(d)
	}
	w.okAs("acme/reports", "GET", "/v1/teams/acme/users/ben@acme.example", "")
	w.ok("PUT", "/v1/plans", `{"items": []}`) // all as by default
	if d := cmp.Diff(make([]string, 6), names()); d != "" {
		t.Error(d)
	}
}

func TestPlansRefuseNonsense(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{`{}`, `{"items": [{"feature": "magic", "plan": "standard"}]}`, `{"items": [{"feature": "user_reports", "plan": "gold"}]}`,
		`{"items": [{"feature": "user_reports", "plan": "standard"}, {"feature": "user_reports", "plan": "premium"}]}`} {
		w.wantProblem(w.as("operator", "PUT", "/v1/plans", body), api.CodeBodyInvalid, body)
	}
	w.wantProblem(w.as("acme/admin", "PUT", "/v1/teams/acme/plan", `{"plan":"premium"}`), api.CodeForbidden, "an admin orders a plan")
	w.wantProblem(w.as("operator", "PUT", "/v1/teams/acme/plan", `{"plan":""}`), api.CodeBodyInvalid, "no plan")
}

// Trades name what they are refused for, and change nothing then.
func TestTradeIn(t *testing.T) {
	w := newWorld(t)
	const terms = `"from":"2026-01-01","until":"2027-01-01"}`
	w.ok("POST", "/v1/teams/acme/subscriptions", `{"id":"own","product":"revit","kind":"single_user","seats":3,`+terms)
	w.ok("POST", "/v1/teams/acme/subscriptions", `{"id":"shared","product":"autocad","kind":"multi_user","seats":3,`+terms)
	w.ok("POST", "/v1/teams/acme/subscriptions", `{"id":"past","product":"autocad","kind":"multi_user","seats":3,"from":"2025-01-01","until":"2026-01-01"}`)
	before := w.balance("acme").Position
	const trade = "/v1/teams/acme/subscriptions/%s/trade-in"
	for _, c := range []struct {
		of, body string
		code     api.Code
	}{
		{"shared", `{"id":"t","to":"tokens"}`, api.CodeTradeTokens},
		{"own", `{"id":"t"}`, api.CodeTradeRefused},
		{"past", `{"id":"t"}`, api.CodeTradeRefused},
		{"shared", `{"id":"t","seats":4}`, api.CodeTradeRefused},
		{"shared", `{"id":"own"}`, api.CodeIdempotencyConflict},
		{"none", `{"id":"t"}`, api.CodeNotFound},
		{"shared", `{"id":"t","seats":-1}`, api.CodeBodyInvalid},
		{"shared", `{"id":"t","to":"gold"}`, api.CodeBodyInvalid},
	} {
		w.wantProblem(w.as("acme/admin", "POST", fmt.Sprintf(trade, c.of), c.body), c.code, c.of+" "+c.body)
	}
	if now := w.balance("acme").Position; now != before {
		t.Errorf("refused trades took the ledger from %d to %d", before, now)
	}
	body := `{"id":"t","seats":2}`
	first := w.okAs("acme/admin", "POST", fmt.Sprintf(trade, "shared"), body)
	if s := readAs[api.Subscription](w, first); s.Seats != 4 || s.Kind != api.SingleUser || s.From.String() != "2026-01-05T08:00:00.000Z" {
		t.Errorf("got %+v", s)
	}
	if again := w.okAs("acme/admin", "POST", fmt.Sprintf(trade, "shared"), body); again.header.Get("Idempotent-Replayed") != "true" || string(again.body) != string(first.body) {
		t.Errorf("got %s, then %s", first.body, again.body)
	}
	w.wantProblem(w.as("acme/admin", "POST", fmt.Sprintf(trade, "shared"), `{"id":"t","seats":1}`), api.CodeIdempotencyConflict, "another trade")
	// What was bought is still the same order.
	w.ok("POST", "/v1/teams/acme/subscriptions", `{"id":"shared","product":"autocad","kind":"multi_user","seats":3,`+terms)
}

// The ledger can be read by kind; what is no kind is said to be none.
func TestLedgerOfSomeKinds(t *testing.T) {
	w := newWorld(t)
	w.ok("POST", "/v1/teams/acme/grants", `{"id":"welcome","tokens":20,"reason":"to try it"}`)
	w.ok("POST", "/v1/teams/acme/packs/welcome/withdraw", `{"id":"back","tokens":5,"reason":"too many"}`)
	var kinds []string
	target := "/v1/teams/acme/ledger?kind=pack_added,tokens_withdrawn&limit=1"
	for page := target; page != ""; {
		list := readAs[api.List[api.Entry]](w, w.ok("GET", page, ""))
		for _, e := range list.Items {
			kinds = append(kinds, e.Kind)
		}
		if page = ""; list.Next != nil {
			page = target + "&cursor=" + *list.Next
		}
	}
	if d := cmp.Diff([]string{"pack_added", "pack_added", "tokens_withdrawn"}, kinds); d != "" {
		t.Error(d)
	}
	w.wantProblem(w.as("operator", "GET", "/v1/teams/acme/ledger?kind=magic", ""), api.CodeQueryInvalid, "no kind")
	w.wantProblem(w.as("operator", "GET", "/v1/teams/acme/ledger?kind=catalog_set", ""), api.CodeQueryInvalid, "the operator's kind")
}

// Both the operator and an admin grant trials, see them and end them; the same again writes nothing.
func TestTrials(t *testing.T) {
	w := newWorld(t)
	const trial = "/v1/teams/acme/users/ben/trials/"
	w.okAs("acme/admin", "PUT", trial+"revit", `{"until":"2026-02-01"}`)
	w.okAs("operator", "PUT", trial+"autocad", `{"until":"2026-02-01"}`)
	before := w.balance("acme").Position
	w.okAs("operator", "PUT", trial+"autocad", `{"until":"2026-02-01"}`)
	if now := w.balance("acme").Position; now != before {
		t.Errorf("the same trial again took the ledger from %d to %d", before, now)
	}
	for range 2 {
		if a := readAs[api.Trial](w, w.okAs("acme/admin", "DELETE", trial+"autocad", "")); a.Running || a.Position != before+1 {
			t.Errorf("got %+v", a)
		}
	}
	list := readAs[api.List[api.Trial]](w, w.okAs("acme/admin", "GET", "/v1/teams/acme/trials?limit=1", ""))
	next := readAs[api.List[api.Trial]](w, w.okAs("acme/admin", "GET", "/v1/teams/acme/trials?user=ben&limit=1&cursor="+*list.Next, ""))
	if list.Items[0].Product != "autocad" || next.Items[0].Product != "revit" || !next.Items[0].Running || next.Next != nil {
		t.Errorf("got %+v, then %+v", list, next)
	}
	w.wantProblem(w.as("acme/admin", "DELETE", trial+"viewer", ""), api.CodeNotFound, "a trial that never was")
	w.wantProblem(w.as("acme/reports", "GET", "/v1/teams/acme/trials", ""), api.CodeForbidden, "reports")
}

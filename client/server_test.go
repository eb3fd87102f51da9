package client

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/sample"
	"github.com/daypass/daypass/server"
)

var monday = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// served is a client of a true server, and a list of what was asked: "GET /v1/teams".
func served(t *testing.T) (c *Client, asked *[]string) {
	j, err := journal.Open(t.Context(), t.TempDir(), journal.Options{})
	check(t, err)
	t.Cleanup(func() { check(t, j.Close()) })
	clock := desk.NewVirtualClock(monday)
	d, err := desk.New(t.Context(), j, desk.Options{Clock: clock.Now})
	check(t, err)
	t.Cleanup(d.Close)
	leases, err := api.NewSigningKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	check(t, err)
	handler := server.New(server.Options{Desk: d, Keys: identity.NewKeys(j, d.Now, desk.Stopwatch(), "secret"), Leases: leases, Clock: clock})
	asked = new([]string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.URL.Path)
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	c, err = New(Options{Server: s.URL, Key: "secret"})
	check(t, err)
	return c, asked
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got fails the test on an error, and returns the answer.
func got[T any](t *testing.T) func(T, error) T {
	return func(answer T, err error) T {
		t.Helper()
		check(t, err)
		return answer
	}
}

// Every address of the contract has a method, and the two understand each other.
func TestEveryAddress(t *testing.T) {
	c, asked := served(t)
	asOperator(t, c)
	asAdmin(t, c)
	withGroups(t, c)
	withSeats(t, c)
	withRequests(t, c)
	asProduct(t, c)
	for _, operation := range document(t) {
		if !slices.ContainsFunc(*asked, func(line string) bool { return fits(operation, line) }) {
			t.Errorf("the client has no method for %s, or this test does not use it", operation)
		}
	}
}

func asOperator(t *testing.T, c *Client) {
	ctx := t.Context()
	got[api.Catalog](t)(c.SetCatalog(ctx, sample.Catalog()))
	if a := got[api.Catalog](t)(c.Catalog(ctx)); len(a.Products) != len(sample.Catalog().Products) {
		t.Errorf("the catalogue came back with %d products", len(a.Products))
	}
	for _, id := range []string{"acme", "globex"} {
		got[api.Team](t)(c.CreateTeam(ctx, api.TeamRequest{ID: id, Name: id, PrimaryAdmin: api.PrimaryAdmin{ID: "ann", Name: "Ann", Email: "ann@" + id + ".example"}}))
	}
	if a := got[api.List[api.Team]](t)(c.Teams(ctx, Page{Limit: 1})); len(a.Items) != 1 || a.Next == nil {
		t.Errorf("the first page of the teams is %+v", a)
	} else if b := got[api.List[api.Team]](t)(c.Teams(ctx, Page{Cursor: *a.Next})); len(b.Items) != 1 || b.Items[0].ID != "globex" || b.Next != nil {
		t.Errorf("the second page of the teams is %+v", b)
	}
	got[api.Team](t)(c.SuspendTeam(ctx, "acme", api.SuspendRequest{Reason: "an open invoice"}))
	if a := got[api.Team](t)(c.Team(ctx, "acme")); a.State != api.TeamSuspended {
		t.Errorf("a suspended team is %s", a.State)
	}
	got[api.Team](t)(c.ResumeTeam(ctx, "acme", api.SuspendRequest{}))
	got[api.PackAnswer](t)(c.BuyPack(ctx, "acme", api.PackRequest{ID: "p1", Size: 500 * api.Whole}))
	got[api.PackAnswer](t)(c.Grant(ctx, "acme", api.GrantRequest{ID: "g1", Tokens: 10 * api.Whole, Reason: "welcome"}))
	got[api.PackAnswer](t)(c.Withdraw(ctx, "acme", "g1", api.WithdrawRequest{ID: "w1", Tokens: 3 * api.Whole, Reason: "too many"}))
	got[api.MoveAnswer](t)(c.Move(ctx, "acme", api.MoveRequest{ID: "m1", To: "globex", Tokens: 7 * api.Whole, Reason: "a loan"}))
	from, until := api.InstantOf(monday), api.InstantOf(monday.AddDate(1, 0, 0))
	got[api.Subscription](t)(c.AddSubscription(ctx, "acme", api.SubscriptionRequest{ID: "s1", Product: "revit", Kind: api.SingleUser, Seats: 1, From: &from, Until: &until}))
	got[api.Subscription](t)(c.AddSubscription(ctx, "acme", api.SubscriptionRequest{ID: "s2", Product: "revit", Kind: api.MultiUser, Seats: 30, From: &from, Until: &until}))
	if s := got[api.Subscription](t)(c.TradeIn(ctx, "acme", "s2", api.TradeRequest{ID: "t1", Seats: 25})); s.Seats != 50 || s.Trade == nil {
		t.Errorf("25 floating seats were traded for %+v, want 50", s)
	}
	if a := got[api.List[api.SubscriptionStanding]](t)(c.Subscriptions(ctx, "acme", Page{})); len(a.Items) != 3 || a.Items[1].Traded != 25 {
		t.Errorf("the subscriptions are %+v", a.Items)
	}
	plans := got[api.PlanTable](t)(c.Plans(ctx))
	plans.Items[2].Plan = api.PlanStandard
	got[api.PlanTable](t)(c.SetPlans(ctx, api.PlanTableRequest(plans)))
	if p := got[api.TeamPlan](t)(c.ChangePlan(ctx, "acme", api.PlanRequest{Plan: api.PlanPremium})); p.InForce != api.PlanPremium {
		t.Errorf("with 51 seats the plan is %+v", p)
	}
	if p := got[api.TeamPlan](t)(c.Plan(ctx, "acme")); p.Seats != 51 || *p.ChangesAt != until {
		t.Errorf("the plan is %+v", p)
	}
	if k := got[api.APIKey](t)(c.CreateOperatorKey(ctx, api.OperatorKeyRequest{ID: "deputy"})); k.Secret == "" || k.Role != api.KeyOperator {
		t.Errorf("a new operator's key is %+v", k)
	}
	if k := got[api.APIKey](t)(c.RotateOperatorKey(ctx, "deputy", api.RotateRequest{})); k.Secret == "" || k.OldUntil == nil {
		t.Errorf("a rotated key is %+v, want a new secret beside an old one", k)
	}
	got[api.APIKey](t)(c.RevokeOperatorKey(ctx, "deputy"))
	if a := got[api.List[api.APIKey]](t)(c.OperatorKeys(ctx, Page{})); len(a.Items) != 1 || a.Items[0].RevokedAt == nil {
		t.Errorf("the operator's keys are %+v, want one that is revoked", a.Items)
	}
	if k := got[api.APIKey](t)(c.CreateKey(ctx, "acme", api.KeyRequest{ID: "plugin", Role: api.KeyProduct})); k.Secret == "" {
		t.Error("a new key has no secret")
	}
	if k := got[api.APIKey](t)(c.RotateKey(ctx, "acme", "plugin", api.RotateRequest{})); k.Secret == "" || k.OldUntil == nil {
		t.Errorf("a rotated key is %+v, want a new secret beside an old one", k)
	}
	got[api.APIKey](t)(c.RevokeKey(ctx, "acme", "plugin"))
	if a := got[api.List[api.APIKey]](t)(c.Keys(ctx, "acme", Page{})); len(a.Items) != 1 || a.Items[0].RevokedAt == nil {
		t.Errorf("the keys are %+v, want one that is revoked", a.Items)
	}
}

func asAdmin(t *testing.T, c *Client) {
	ctx := t.Context()
	got[api.User](t)(c.AddUser(ctx, "acme", api.UserRequest{ID: "ben", Name: "Ben", Email: "ben@acme.example"}))
	got[api.ImportAnswer](t)(c.ImportUsers(ctx, "acme", []byte("First name,Last name,Email\nCleo,C,cleo@acme.example\n"), Import{Assign: api.WhatFlex}))
	list := got[api.ImportAnswer](t)(c.ImportList(ctx, "acme", "Cleo C <CLEO@acme.example>; Dan D <dan@acme.example>", Import{DryRun: true, Charset: "utf-8"}))
	if list.Added != 1 || list.Existing != 1 || len(list.People) != 2 {
		t.Errorf("the plan is %+v", list)
	}
	if u := got[api.User](t)(c.InviteUser(ctx, "acme", "ben")); u.Invitation == nil || u.Invitation.State != api.InvitationPending {
		t.Errorf("who was invited is %+v", u)
	}
	var p *api.Problem
	if _, err := c.AcceptInvitation(ctx, "dpi_acme_x_y"); !errors.As(err, &p) || p.Code != api.CodeInvitationInvalid {
		t.Errorf("a made-up code: %v", err)
	}
	if csv := string(got[[]byte](t)(c.ExportUsers(ctx, "acme"))); !strings.Contains(csv, "\nBen,ben@acme.example,ben,") {
		t.Errorf("the export is %s", csv)
	}
	if _, err := c.ImportUsers(ctx, "acme", make([]byte, api.MaxImport+1), Import{}); !errors.As(err, &p) || p.Code != api.CodeBodyTooLarge {
		t.Errorf("a file of more than 8 MiB: %v", err)
	}
	cleo := got[api.User](t)(c.User(ctx, "acme", "cleo@acme.example"))
	if !cleo.Flex {
		t.Error("who was imported with flex has none")
	}
	got[api.User](t)(c.ChangeRole(ctx, "acme", cleo.ID, api.RoleRequest{Role: api.RoleSecondaryAdmin}))
	if a := got[api.Team](t)(c.HandOver(ctx, "acme", api.HandOverRequest{To: cleo.Email})); a.PrimaryAdmin.ID != cleo.ID {
		t.Errorf("the primary admin is %+v, want cleo", a.PrimaryAdmin)
	}
	got[api.Team](t)(c.HandOver(ctx, "acme", api.HandOverRequest{To: "ann"}))
	got[api.User](t)(c.RemoveUser(ctx, "acme", cleo.ID))
	if a := got[api.List[api.User]](t)(c.Users(ctx, "acme", Page{})); len(a.Items) != 3 {
		t.Errorf("there are %d users, want 3", len(a.Items))
	}
	got[api.AssignmentAnswer](t)(c.Assign(ctx, "acme", "ben", "revit", api.AssignmentRequest{Kind: api.SingleUser}))
	got[api.AssignmentAnswer](t)(c.Unassign(ctx, "acme", "ben", "revit"))
	got[api.AssignmentAnswer](t)(c.Assign(ctx, "acme", "ben", api.WhatFlex, api.AssignmentRequest{}))
	got[api.Flex](t)(c.SetFlex(ctx, "acme", api.FlexRequest{Mode: api.FlexListed, Products: []string{"autocad"}}))
	if f := got[api.Flex](t)(c.Flex(ctx, "acme")); f.Mode != api.FlexListed {
		t.Errorf("flex is %+v", f)
	}
	got[api.Flex](t)(c.SetUserFlex(ctx, "acme", "ben", api.UserFlexRequest{Mode: api.FlexAll}))
	until := api.InstantOf(monday.Add(time.Hour))
	got[api.Trial](t)(c.GrantTrial(ctx, "acme", "ben", "maya", api.TrialRequest{Until: &until}))
	if a := got[api.List[api.Trial]](t)(c.Trials(ctx, "acme", "ben", Page{})); len(a.Items) != 1 || !a.Items[0].Running {
		t.Errorf("the trials are %+v", a.Items)
	}
	if a := got[api.Trial](t)(c.EndTrial(ctx, "acme", "ben", "maya")); a.Running {
		t.Errorf("a trial that was ended is %+v", a)
	}
	most := api.Tokens(100 * api.Whole)
	got[api.List[api.Limit]](t)(c.SetLimits(ctx, "acme", api.LimitsRequest{Items: []api.Limit{{Scope: api.ScopeTeam, Period: api.PeriodDay, Tokens: &most, Action: api.ActionRefuse}}}))
	if a := got[api.List[api.Limit]](t)(c.Limits(ctx, "acme")); len(a.Items) != 1 || *a.Items[0].Tokens != most {
		t.Errorf("the limits are %+v", a.Items)
	}
	devices := 2
	got[api.Settings](t)(c.SetSettings(ctx, "acme", api.SettingsRequest{Devices: &devices}))
	if s := got[api.Settings](t)(c.Settings(ctx, "acme")); s.Devices != devices {
		t.Errorf("the settings are %+v", s)
	}
}

func asProduct(t *testing.T, c *Client) {
	ctx := t.Context()
	open := api.SessionRequest{ID: NewID("ses-"), User: "ben", Product: "autocad", Version: "2026"}
	a := got[api.SessionAnswer](t)(c.Open(ctx, "acme", open))
	if a.Code != api.CodeTokensCharged || a.Lease == nil {
		t.Fatalf("got %+v, want a charge and a lease", a)
	}
	lease, err := api.Verify(got[api.Keys](t)(c.LeaseKeys(ctx)), *a.Lease, api.InstantOf(monday))
	if err != nil || lease.Session != open.ID {
		t.Errorf("the lease %+v does not verify: %v", lease, err)
	}
	bulk := got[api.BulkAnswer](t)(c.OpenAll(ctx, "acme", api.BulkRequest{Items: []api.SessionRequest{open, {ID: "ses-2", User: "zoe", Product: "autocad", Version: "2026"}}}))
	if bulk.Items[0].Code != api.CodeTokensCharged || bulk.Items[1].Code != api.CodeUserUnknown {
		t.Errorf("got %+v, want the first answer again and a refusal", bulk.Items)
	}
	got[api.Clock](t)(c.MoveClock(ctx, api.ClockRequest{Advance: new(api.Duration)}))
	got[api.Clock](t)(c.Clock(ctx))
	got[api.SessionAnswer](t)(c.Renew(ctx, "acme", open.ID, true))
	if a := got[api.CloseAnswer](t)(c.CloseSession(ctx, "acme", open.ID)); a.Reversed != 7*api.Whole {
		t.Errorf("a short launch gave back %s", a.Reversed)
	}
	job := api.JobRequest{ID: "job-1", User: "ben", Service: "cloud-rendering-final-quality", Quantity: 10 * api.Whole}
	got[api.JobAnswer](t)(c.StartJob(ctx, "acme", job))
	got[api.JobEndAnswer](t)(c.CompleteJob(ctx, "acme", job.ID, 8*api.Whole))
	job.ID = "job-2"
	got[api.JobAnswer](t)(c.StartJob(ctx, "acme", job))
	if a := got[api.JobEndAnswer](t)(c.CancelJob(ctx, "acme", job.ID, nil)); a.Charged != 0 || a.Returned != 5*api.Whole {
		t.Errorf("a cancelled job charged %s and returned %s", a.Charged, a.Returned)
	}
	if u := got[api.Usage](t)(c.Usage(ctx, "acme", "ben")); u.Tokens.Month != 4*api.Whole || len(u.Products) != 2 {
		t.Errorf("the usage is %+v, want 4 tokens in two products", u)
	}
	if b := got[api.Balance](t)(c.Balance(ctx, "acme")); b.Used != 4*api.Whole || b.Available != 496*api.Whole {
		t.Errorf("the balance is %+v, want 4 used and 496 left", b)
	}
	if a := got[api.List[api.Entry]](t)(c.LedgerOf(ctx, "acme", []string{"pack_added", "tokens_withdrawn"}, Page{})); len(a.Items) != 4 || a.Next != nil {
		t.Errorf("of the tokens that came and went the ledger has %+v", a.Items)
	}
	entries := got[api.List[api.Entry]](t)(c.Ledger(ctx, "acme", Page{}))
	if len(entries.Items) == 0 || entries.Items[0].Kind != "team_created" || len(entries.Items[0].Fields) == 0 {
		t.Errorf("the ledger begins with %+v", entries.Items)
	}
}

// document lists the operations below /v1 of the contract.
func document(t *testing.T) (operations []string) {
	content, err := os.ReadFile("../api/openapi.json")
	check(t, err)
	var d struct{ Paths map[string]map[string]any }
	check(t, json.Unmarshal(content, &d))
	for path, methods := range d.Paths {
		for method := range methods {
			if strings.HasPrefix(path, "/v1/") {
				operations = append(operations, strings.ToUpper(method)+" "+path)
			}
		}
	}
	return operations
}

// fits says that a request is one of an operation: each part of its path is the same, or an {id}.
func fits(operation, asked string) bool {
	want, have := strings.Split(operation, "/"), strings.Split(asked, "/")
	for i := range want {
		if len(want) != len(have) || want[i] != have[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}

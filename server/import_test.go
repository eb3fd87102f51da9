package server

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/daypass/daypass/api"
)

func TestImportIsWholeOrNot(t *testing.T) {
	w := newWorld(t)
	const target = "/v1/teams/acme/users/import"
	send := func(query, file string, header ...string) answer {
		return w.as("acme/admin", "POST", target+query, file, append([]string{"Content-Type", "text/csv"}, header...)...)
	}
	before := w.balance("acme").Position
	for _, file := range []string{"\n", "Name,Email\n", "First name,Last name,Email\nEve,One,eve\n", "First name,Last name,Email\nEve,One,e@x.example\nEve,Two,E@x.example\n",
		"First name,Last name,Email\n\"Eve,One,e@x.example\n", "First name,Last name,Email\nEve\n", "First name,Last name,Email\nEve,\x00,e@x.example\n", "First name,Last name,Email\nÈve,\xff,e@x.example\n"} {
		a := send("?assign=flex", file)
		got := readAs[api.ImportAnswer](w, a)
		if a.status != 200 || len(got.Errors) == 0 || got.Position != before {
			t.Errorf("%q: %d %s", file, a.status, a.body)
		}
	}
	file := "\ufeffFirst name,Last name,Email\r\nEve,Öz, eve@x.example \r\nBen,,BEN@acme.example\r\n"
	want := api.ImportAnswer{Added: 1, Existing: 1, Assigned: 1, Errors: []api.RowError{}, Position: before}
	if got := readAs[api.ImportAnswer](w, send("?assign=flex&dry_run=true", file)); got.Added != 1 || got.Position != before {
		t.Fatalf("dry run: %+v", got)
	}
	for i := range 2 { // the second finds the first answer
		a := send("?assign=flex", file, "Idempotency-Key", "k1")
		got := readAs[api.ImportAnswer](w, a)
		want.Position = before + 2
		if got.Added != want.Added || got.Existing != want.Existing || got.Assigned != want.Assigned || got.Position != want.Position ||
			(a.header.Get("Idempotent-Replayed") == "true") != (i == 1) {
			t.Fatalf("%d: got %s", i, a.body)
		}
	}
	w.wantProblem(send("?assign=flex", file+"Fay,,f@x.example\n", "Idempotency-Key", "k1"), api.CodeIdempotencyConflict, "another file")
	w.wantProblem(send("?assign=revit", file), api.CodeSeatsShort, "no seats")
	w.wantProblem(send("?assign=nothing", file), api.CodeQueryInvalid, "unknown what")
	w.wantProblem(send("?dry_run=yes", file), api.CodeQueryInvalid, "dry_run")
	if u := readAs[api.User](w, w.ok("GET", "/v1/teams/acme/users/eve@x.example", "")); u.Name != "Eve Öz" || !u.Flex {
		t.Errorf("%+v", u)
	}
}

// A dry run shows what would become of the rows that are right, and all that is wrong, in one answer.
func TestImportPlansWhatIsRight(t *testing.T) {
	w := newWorld(t)
	w.ok("POST", "/v1/teams/acme/subscriptions", `{"id":"s","product":"revit","kind":"single_user","seats":1,"from":"2026-01-01T00:00:00Z","until":"2027-01-01T00:00:00Z"}`)
	send := func(query string) answer {
		return w.as("acme/admin", "POST", "/v1/teams/acme/users/import?assign=revit"+query,
			"Name,Email\nEve,e@x.example\nFay,fay\nBen,ben@acme.example\nGil,E@X.example\nHal,hal@x.example\n", "Content-Type", "text/csv")
	}
	before := w.balance("acme").Position
	got := readAs[api.ImportAnswer](w, send("&dry_run=true"))
	want := api.ImportAnswer{Added: 2, Existing: 1, Assigned: 1, IgnoredColumns: []string{}, Encoding: "utf-8", Position: before,
		Errors: []api.RowError{{Row: 3, Column: "Email", Code: api.RowEmailInvalid}, {Row: 5, Column: "Email", Code: api.RowEmailDuplicate}, {Row: 4, Code: api.RowSeatsShort}},
		People: []api.ImportedPerson{{Row: 2, Name: "Eve", Email: "e@x.example", Action: api.ImportAdded, Assigned: true},
			{Row: 4, Name: "Ben", Email: "ben@acme.example", User: "ben", Action: api.ImportExisting, Seatless: true},
			{Row: 6, Name: "Hal", Email: "hal@x.example", Action: api.ImportAdded, Seatless: true}}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(api.RowError{}, "Message")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := readAs[api.ImportAnswer](w, send("")); len(got.People) != 0 || len(got.Errors) != 2 || got.Added != 0 || got.Position != before {
		t.Errorf("in earnest: %+v", got)
	}
}

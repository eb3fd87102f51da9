package license

import (
	"errors"
	"testing"
)

// Importing adds the unknown, takes back the removed, gives nobody a second seat, and is whole or not at all.
func TestImport(t *testing.T) {
	cat, now := sampleCatalog(t), Instant(1_000_000)
	team, _, err := CreateTeam(now, "operator", TeamCreated{Team: "acme", Plan: Standard, Settings: DefaultSettings, PrimaryAdmin: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	do := func(_ Effect, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(team.AddSubscription(now, cat, Caller{}, Subscription{ID: "s", What: "autocad", Kind: SingleUser, Seats: 2, From: now, Until: now + Day}))
	do(team.Assign(now, cat, Caller{}, "ada", "autocad", ""))
	c := Import{Caller: Caller{Key: "k", Print: "p"}, Users: []string{"ada", "ben", "eve"}, What: "autocad"}
	before := team.Position
	var short *Error
	if _, _, err := team.Import(now, cat, c); !errors.As(err, &short) || short.Code != ErrSeatsShort || team.Position != before {
		t.Fatalf("too few seats: %v", err)
	}
	c.Users = c.Users[:2]
	dry := c
	dry.Caller, dry.DryRun = Caller{}, true
	want := Imported{Added: 1, Existing: 1, Assigned: 1}
	if got, _, err := team.Import(now, cat, dry); got != want || err != nil || team.Position != before {
		t.Fatalf("a dry run: %+v %v", got, err)
	}
	if got, _, err := team.Import(now, cat, c); got != want || err != nil || team.Position != before+2 {
		t.Fatalf("%+v %v", got, err)
	}
	want.Replayed = true
	if got, _, err := team.Import(now, cat, c); got != want || err != nil || team.Position != before+2 {
		t.Fatalf("again: %+v %v", got, err)
	}
	if err := team.Check(); err != nil {
		t.Fatal(err)
	}
}

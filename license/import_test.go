package license

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	dry := c
	dry.Caller, dry.DryRun = Caller{}, true
	got, _, err := team.Import(now, cat, dry)
	if err != nil || got.Added != 2 || got.Assigned != 1 || got.WhoAssigned.Has(2) || !cmp.Equal(got.Seatless, []int{2}) || !errors.As(got.Short, &short) || team.Position != before {
		t.Fatalf("a dry run with too few seats: %+v %v", got, err)
	}
	c.Users, dry.Users = c.Users[:2], c.Users[:2]
	want := Imported{Added: 1, Existing: 1, Assigned: 1, WhoAdded: Marks{2}, WhoAssigned: Marks{2}}
	if got, _, err := team.Import(now, cat, dry); !cmp.Equal(got, want) || err != nil || team.Position != before {
		t.Fatalf("a dry run: %+v %v", got, err)
	}
	if got, _, err := team.Import(now, cat, c); !cmp.Equal(got, want) || err != nil || team.Position != before+2 {
		t.Fatalf("%+v %v", got, err)
	}
	want.Replayed = true
	if got, _, err := team.Import(now, cat, c); !cmp.Equal(got, want) || err != nil || team.Position != before+2 {
		t.Fatalf("again: %+v %v", got, err)
	}
	// What a group gave is theirs as well after an import, and takes no second seat.
	do(team.MakeGroup(now, Caller{}, GroupMade{"cad", "CAD"}))
	if _, _, err := team.AddMembers(now, Caller{}, "cad", []string{"ada", "ben"}); err != nil {
		t.Fatal(err)
	}
	do(team.Give(now, cat, Caller{}, "cad", Gift{What: "autocad"}))
	do(team.Unassign(now, Caller{}, "ben", "autocad"))
	got, _, err = team.Import(now, cat, Import{Users: []string{"ada", "ben"}, What: "autocad"})
	if from := team.Users["ben"].source("autocad"); err != nil || got.Assigned != 1 || !from.Direct() || len(from.Groups) != 1 {
		t.Fatalf("from a group: %+v %+v %v", got, from, err)
	}
	if err := team.Check(); err != nil {
		t.Fatal(err)
	}
}

func TestMarks(t *testing.T) {
	var m Marks
	for _, i := range []int{0, 7, 8, 4999} {
		m.set(i)
	}
	for i, want := range map[int]bool{0: true, 1: false, 7: true, 8: true, 9: false, 4998: false, 4999: true, 5000: false, 1 << 20: false} {
		if m.Has(i) != want {
			t.Errorf("mark %d: got %v, want %v", i, m.Has(i), want)
		}
	}
}

// An invitation is sent again to who is in the team, once for each request.
func TestInvite(t *testing.T) {
	team, _, err := CreateTeam(1000, "operator", TeamCreated{Team: "acme", Plan: Standard, Settings: DefaultSettings, PrimaryAdmin: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	c := Caller{By: "operator", Key: "k", Print: "p"}
	for i, want := range []int{1, 0} {
		if e, err := team.Invite(2000, c, "ada"); err != nil || len(e.Entries) != want {
			t.Errorf("%d: %d entries, %v, want %d", i, len(e.Entries), err, want)
		}
	}
	var wrong *Error
	if _, err := team.Invite(2000, Caller{}, "ben"); !errors.As(err, &wrong) || wrong.Code != ErrUserUnknown {
		t.Errorf("a stranger: %v", err)
	}
	c.Print = "q"
	if _, err := team.Invite(2000, c, "ada"); !errors.As(err, &wrong) || wrong.Code != ErrConflict {
		t.Errorf("another request: %v", err)
	}
}

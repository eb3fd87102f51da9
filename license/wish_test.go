package license

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asking is a team with two users, one without Flex, whom tokens open nothing but autocad.
func asking(t *testing.T) (*Team, *Catalog, Instant) {
	t.Helper()
	cat, now := sampleCatalog(t), at("2026-01-05 08:00")
	team, _, err := CreateTeam(now, "operator", TeamCreated{Team: "acme", Plan: Standard, Settings: DefaultSettings, PrimaryAdmin: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	var all []*Entry
	must := mustEffect(t, &all)
	_, e, err := team.AddUsers(now, Caller{}, []UserAdded{{"ben", RoleUser}, {"eve", RoleUser}})
	must(e, err)
	must(team.Assign(now, cat, Caller{}, "ben", FlexCode, ""))
	must(team.SetFlexDefaults(now, cat, Caller{}, FlexList{Mode: FlexListed, Products: []string{"autocad"}}))
	_, e, err = team.BuyPack(now, cat, BuyPack{Pack: "p", Size: 1000 * Token})
	must(e, err)
	return team, cat, now
}

// Both sides are told, once each, of what was asked for and what was decided (R8.6).
func TestRequestsAreTold(t *testing.T) {
	team, cat, now := asking(t)
	ask := Ask{Caller: Caller{By: "user:ben"}, Request: "r1", User: "ben", Product: "render", Reason: "the tower"}
	_, e, err := team.Ask(now, cat, ask)
	if err != nil {
		t.Fatal(err)
	}
	sameNotices(t, e.Notices, Notice{"request/r1/asked/7", NoticeAccessRequested, now,
		WishNotice{Request: "r1", User: "ben", Product: "render", State: WishOpen, Reason: "the tower", Rate: 100}})
	if _, e, err = team.Ask(now, cat, ask); err != nil || len(e.Entries)+len(e.Notices) > 0 {
		t.Errorf("the same again records %v and tells %v: %v", e.Entries, e.Notices, err)
	}
	decide := Decide{Caller: Caller{By: "user:ada"}, Request: "r1", Terms: Terms{Days: 7}}
	w, e, err := team.Approve(now, cat, decide)
	if err != nil || w.DecidedBy != "user:ada" {
		t.Fatal(w, err)
	}
	sameNotices(t, e.Notices, Notice{"request/r1/approved/8", NoticeAccessDecided, now,
		WishNotice{Request: "r1", User: "ben", Product: "render", State: WishApproved, Terms: Terms{Days: 7}, Until: now + 7*Day}})
	if _, e, err = team.Approve(now, cat, decide); err != nil || len(e.Notices) > 0 {
		t.Errorf("the same again tells %v: %v", e.Notices, err)
	}
	_, e, err = team.Decline(now, Decide{Request: "r1", Reason: "no"})
	if err != nil {
		t.Fatal(err)
	}
	sameNotices(t, e.Notices, Notice{"request/r1/declined/9", NoticeAccessDecided, now,
		WishNotice{Request: "r1", User: "ben", Product: "render", State: WishDeclined, Reason: "no"}})
}

func sameNotices(t *testing.T, got []Notice, want ...Notice) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever is wrong with a request or a decision has its code, and changes nothing.
func TestWrongRequests(t *testing.T) {
	team, cat, now := asking(t)
	if _, _, err := team.Ask(now, cat, Ask{Request: "r1", User: "ben", Product: "render"}); err != nil {
		t.Fatal(err)
	}
	before, _ := team.Save()
	for want, try := range map[string]func() error{
		ErrUserUnknown: func() error {
			_, _, err := team.Ask(now, cat, Ask{Request: "x", User: "zoe", Product: "render"})
			return err
		},
		ErrWhatUnknown: func() error {
			_, _, err := team.Ask(now, cat, Ask{Request: "x", User: "ben", Product: "solitaire"})
			return err
		},
		ErrAllowed: func() error {
			_, _, err := team.Ask(now, cat, Ask{Request: "x", User: "ben", Product: "autocad"})
			return err
		},
		ErrRequestOpen: func() error {
			_, _, err := team.Ask(now, cat, Ask{Request: "x", User: "ben", Product: "render"})
			return err
		},
		ErrConflict: func() error {
			_, _, err := team.Ask(now, cat, Ask{Request: "r1", User: "eve", Product: "render"})
			return err
		},
		ErrRequestUnknown: func() error { _, _, err := team.Approve(now, cat, Decide{Request: "x"}); return err },
	} {
		wantCode(t, try(), want)
	}
	for _, terms := range []Terms{{Days: -1}, {Days: MaxWishDays + 1}, {Passes: -1}, {Passes: MaxWishPasses + 1}, {Passes: 3}} {
		_, _, err := team.Approve(now, cat, Decide{Request: "r1", Terms: terms})
		wantCode(t, err, ErrInvalid)
	}
	_, _, err := team.Decline(now, Decide{Request: "x", Reason: "no"})
	wantCode(t, err, ErrRequestUnknown)
	_, _, err = team.Decline(now, Decide{Request: "r1"})
	wantCode(t, err, ErrInvalid)
	_, _, err = team.Ask(now, cat, Ask{Caller: Caller{Reach: Reach{Products: []string{"autocad"}}}, Request: "x", User: "eve", Product: "render"})
	wantCode(t, err, ErrNotBound)
	if after, _ := team.Save(); !bytes.Equal(before, after) {
		t.Errorf("something changed:\n%s\n%s", before, after)
	}
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	if got := codeOf(err); got != want {
		t.Errorf("got the code %q (%v), want %s", got, err, want)
	}
}

// approve has eve ask for autocad, and be let.
func approve(t *testing.T, team *Team, cat *Catalog, now Instant, request string, terms Terms) Wish {
	t.Helper()
	if _, _, err := team.Ask(now, cat, Ask{Request: request, User: "eve", Product: "autocad"}); err != nil {
		t.Fatal(err)
	}
	w, _, err := team.Approve(now, cat, Decide{Request: request, Terms: terms})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// wantOpen has eve open autocad.
func wantOpen(t *testing.T, team *Team, cat *Catalog, now Instant, session string, want Outcome) {
	t.Helper()
	if g, _, err := team.Open(now, cat, Open{Session: session, User: "eve", Product: "autocad"}); err != nil || g.Outcome != want {
		t.Fatalf("%s: %+v, %v, want %s", session, g, err, want)
	}
}

// A pass that comes back after its approval's last one was used and another approved does not open twice.
func TestApprovalAfterApproval(t *testing.T) {
	team, cat, now := asking(t)
	approve(t, team, cat, now, "r1", Terms{Passes: 1})
	wantOpen(t, team, cat, now, "s1", Granted)
	approve(t, team, cat, now, "r2", Terms{Days: 1})
	if back, _, err := team.Close(now, Close{Session: "s1"}); err != nil || back != 7*Token {
		t.Fatal(back, err)
	}
	if r1, r2 := team.Wishes["r1"], team.Wishes["r2"]; r1.Grants(now) || !r2.Grants(now) || r1.Used != 0 {
		t.Errorf("the first grants %v with %d used, the second %v", r1.Grants(now), r1.Used, r2.Grants(now))
	}
	if err := team.Check(); err != nil {
		t.Error(err)
	}
	b, _ := team.Save()
	again, err := LoadTeam(b)
	if err != nil || again.approved[useKey{"eve", "autocad"}].ID != "r2" {
		t.Errorf("after loading another approval counts: %v", err)
	}
}

// A pass that comes back when its approval has ended counts for nothing: neither when it was taken back, nor when its user
// has left.
func TestPassComesBackAfterItsApproval(t *testing.T) {
	for name, end := range map[string]func(*Team, Instant) error{
		"declined": func(team *Team, now Instant) error {
			_, _, err := team.Decline(now, Decide{Request: "r1", Reason: "no"})
			return err
		},
		"lapsed": func(team *Team, now Instant) error {
			_, err := team.RemoveUser(now, Caller{}, "eve")
			return err
		},
	} {
		team, cat, now := asking(t)
		approve(t, team, cat, now, "r1", Terms{})
		wantOpen(t, team, cat, now, "s1", Granted)
		if err := end(team, now); err != nil {
			t.Fatal(name, err)
		}
		if back, _, err := team.Close(now, Close{Session: "s1"}); err != nil || back != 7*Token {
			t.Fatal(name, back, err)
		}
		if r1 := team.Wishes["r1"]; r1.Used != 0 || string(r1.State) != name {
			t.Errorf("%s: the request is %s with %d used", name, r1.State, r1.Used)
		}
		if err := team.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a user was approved for ends when they leave, also if its last pass comes back only then.
func TestApprovalOfOneWhoLeft(t *testing.T) {
	team, cat, now := asking(t)
	approve(t, team, cat, now, "r1", Terms{Passes: 1})
	wantOpen(t, team, cat, now, "s1", Granted)
	if _, err := team.RemoveUser(now, Caller{}, "eve"); err != nil {
		t.Fatal(err)
	}
	if back, _, err := team.Close(now, Close{Session: "s1"}); err != nil || back != 7*Token {
		t.Fatal(back, err)
	}
	if _, _, err := team.AddUsers(now, Caller{}, []UserAdded{{"eve", RoleUser}}); err != nil {
		t.Fatal(err)
	}
	wantOpen(t, team, cat, now, "s2", Refused) // not by what was approved before
}

// The id of a request that is over is free before it is forgotten, and what it granted goes with it.
func TestRequestWithAnIDThatIsFreeAgain(t *testing.T) {
	team, cat, now := asking(t)
	over := approve(t, team, cat, now, "r1", Terms{Days: 1}).Until + Retention
	if _, _, err := team.BuyPack(over-1, cat, BuyPack{Pack: "p2", Size: 1000 * Token}); err != nil || team.Wishes["r1"] == nil {
		t.Fatal("the first entry of the day: ", err)
	}
	if _, _, err := team.Ask(over, cat, Ask{Request: "r1", User: "eve", Product: "render"}); err != nil {
		t.Fatal(err)
	}
	if err := team.Check(); err != nil || team.Wishes["r1"].Product != "render" {
		t.Errorf("%v: %+v", err, team.Wishes["r1"])
	}
}

// A limit that warns is told of when it is crossed, once in a period, and when it is set below what was spent.
func TestLimitsAreTold(t *testing.T) {
	team, cat, now := asking(t)
	warn := Limit{Scope: ScopeUser, Period: PerDay, Tokens: 8 * Token, Action: ActionWarn}
	if _, err := team.SetLimits(now, Caller{}, []Limit{warn}); err != nil {
		t.Fatal(err)
	}
	if _, err := team.SetFlexDefaults(now, cat, Caller{}, FlexList{Mode: FlexAll}); err != nil {
		t.Fatal(err)
	}
	hold := func(now Instant, job string, photos Quantity) []Notice {
		t.Helper()
		g, e, err := team.StartJob(now, cat, StartJob{Job: job, User: "ben", Service: "render", Quantity: photos * 1000})
		if err != nil || g.Outcome != Granted {
			t.Fatal(g, err)
		}
		return e.Notices
	}
	sameNotices(t, hold(now, "j1", 80))
	of := warn
	of.User = "ben"
	first := Notice{"limit/user/ben//day/1767571200000/8000", NoticeLimitExceeded, now, LimitNotice{of, 8100, at("2026-01-06 00:00")}}
	sameNotices(t, hold(now, "j2", 1), first)
	sameNotices(t, hold(now, "j3", 1))
	if _, _, _, err := team.EndJob(now, EndJob{Job: "j1", State: JobCancelled}); err != nil {
		t.Fatal(err)
	}
	again := hold(now, "j4", 100)
	if len(again) != 1 || again[0].ID != first.ID {
		t.Errorf("crossed again it is told of as %v, want the same id, which is written once", again)
	}
	if next := hold(now+Day, "j5", 90); len(next) != 1 || next[0].ID == first.ID {
		t.Errorf("on the next day it is told of as %v, want another id", next)
	}
	team.Limits = nil
	low := Limit{Scope: ScopeTeam, Period: PerWeek, Tokens: Token, Action: ActionWarn}
	refusing := Limit{Scope: ScopeTeam, Period: PerWeek, Tokens: Token, Action: ActionRefuse}
	e, err := team.SetLimits(now+Day, Caller{}, []Limit{low, refusing})
	if err != nil {
		t.Fatal(err)
	}
	sameNotices(t, e.Notices, Notice{"limit/team///week/1767571200000/1000", NoticeLimitExceeded, now + Day, LimitNotice{low, 9000, at("2026-01-12 00:00")}})
	if e, err = team.SetLimits(now+Day, Caller{}, []Limit{refusing, low}); err != nil || len(e.Notices) > 0 {
		t.Errorf("set again it is told of again: %v %v", e.Notices, err)
	}
}

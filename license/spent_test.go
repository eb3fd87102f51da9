package license

import (
	"bytes"
	"testing"
)

// TestForgetUse: the first entry of a day forgets a pass that is long over. What was spent in it counts until its month is
// over, in the team and in its snapshot; then all of the use is forgotten.
func TestForgetUse(t *testing.T) {
	cat := sampleCatalog(t)
	var all []*Entry
	do := mustEffect(t, &all)
	team := teamOfBen(cat, do)
	do(team.SetLimits(at("2026-01-05 07:00"), Caller{}, []Limit{{Scope: ScopeUserProduct, Period: PerMonth, Tokens: 14 * Token, Action: ActionRefuse}}))
	open := func(when, session string, want Code) {
		t.Helper()
		g, e, err := team.Open(at(when), cat, Open{Session: session, User: "ben", Product: "autocad"})
		do(e, err)
		if g.Code != want {
			t.Errorf("%s: %s, want %s", when, g.Code, want)
		}
	}
	// another day's first entry
	day := func(when, user string) {
		t.Helper()
		_, e, err := team.AddUsers(at(when), Caller{}, []UserAdded{{user, RoleUser}})
		do(e, err)
	}
	holds := func(when string, remembered bool, month Tokens) {
		t.Helper()
		one, err := team.Save()
		check(t, err)
		loaded, err := LoadTeam(one)
		check(t, err)
		two, err := loaded.Save()
		check(t, err)
		if !bytes.Equal(one, two) {
			t.Errorf("%s: a snapshot changes the state", when)
		}
		for what, team := range map[string]*Team{"": team, ", from the snapshot": loaded} {
			if _, got := team.LatestPass("ben", "autocad"); got != remembered {
				t.Errorf("%s%s: the pass is remembered: %v", when, what, got)
			}
			if got := team.SpentBy(at(when), "ben", "autocad").Month; got != month {
				t.Errorf("%s%s: %d of the month, want %d", when, what, got, month)
			}
		}
	}

	open("2026-01-05 08:00", "s1", CodeTokensCharged)
	holds("2026-01-05 09:00", true, 7*Token)
	day("2026-01-07 07:59", "eve")
	holds("2026-01-07 07:59", true, 7*Token)
	day("2026-01-08 00:00", "cal")
	holds("2026-01-08 09:00", false, 7*Token)
	open("2026-01-09 09:00", "s2", CodeTokensCharged)
	holds("2026-01-09 09:00", true, 14*Token)
	open("2026-01-12 09:00", "s3", CodeLimitReached)
	day("2026-02-02 09:00", "dan")
	holds("2026-02-02 09:00", false, 0)
	if len(team.uses) != 0 {
		t.Errorf("%d uses are kept for nothing", len(team.uses))
	}
	open("2026-02-03 09:00", "s4", CodeTokensCharged)
	holds("2026-02-03 09:00", true, 7*Token)
	check(t, team.Check())
}

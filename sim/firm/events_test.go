package firm_test

import (
	"slices"
	"testing"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/firm"
)

// checkEvents looks for what a year promises: in the ledger, and for refusals in the answers.
func (p played) checkEvents(t *testing.T) {
	happened := map[string]int{}
	for _, r := range p.entries(t) {
		for _, what := range told(r) {
			happened[what]++
		}
	}
	for _, r := range p.Refusals {
		happened["refused "+string(r.Code)]++
	}
	least := map[string]int{
		"pass free of charge by seat": 5000, "pass floating": 200, "pass on trial": 2, "pass for tokens": 1500,
		"pass renewed": 1000, "pass at the weekend": 100, "joined": 100, "given back": 20,
		"job completed": 100, "job cancelled": 10, "job expired": 1, "job returned a part": 10, "job for nothing": 10,
		"pack bought": 5, "pack expired with a remainder": 1,
		"refused tokens_insufficient": 3, "refused version_unsupported": 3, "refused product_excluded": 2,
		"refused product_not_in_flex": 2, "refused flex_not_assigned": 1, "refused user_inactive": 1, "refused idle": 10,
		"user_removed": 1, "user_flex_set": 1, "trial_granted": 1, "pass by nikhil": 350,
	}
	for what, n := range least {
		if happened[what] < n {
			t.Errorf("%d × %s, want %d at least", happened[what], what, n)
		}
	}
	p.checkLate(t)
}

// told says what an entry tells, in the words of checkEvents.
func told(r desk.Record) (what []string) {
	switch b := r.Body.(type) {
	case *license.PassOpened:
		what = append(what, map[license.Code]string{license.CodeSeat: "pass free of charge by seat", license.CodeFloatingSeat: "pass floating",
			license.CodeTrial: "pass on trial", license.CodeTokensCharged: "pass for tokens"}[b.Code], "pass by "+b.User)
		if b.Renewal {
			what = append(what, "pass renewed")
		}
		if d := r.At.Time().Weekday(); d == 0 || d == 6 {
			what = append(what, "pass at the weekend")
		}
	case *license.SessionsJoined:
		what = append(what, "joined")
	case *license.SessionClosed:
		if b.Reversed != nil {
			what = append(what, "given back")
		}
	case *license.JobStarted:
		if b.Source == license.SourceFree {
			what = append(what, "job for nothing")
		}
	case *license.JobEnded:
		what = append(what, "job "+string(b.State))
		if len(b.Charged) > 0 && len(b.Returned) > 0 {
			what = append(what, "job returned a part")
		}
	case *license.JobExpired:
		what = append(what, "job expired")
	case *license.PackAdded:
		what = append(what, "pack bought")
	case *license.PackExpired:
		if b.Tokens > 0 {
			what = append(what, "pack expired with a remainder")
		}
	default:
		what = append(what, r.Body.Kind())
	}
	return what
}

// checkLate: nobody is short of tokens but for some hours in one autumn week, and the pack bought by card, smaller
// and dearer, is drawn from before the one that comes on the same day.
func (p played) checkLate(t *testing.T) {
	short := slices.DeleteFunc(slices.Clone(p.Refusals), func(r firm.Refusal) bool { return r.Code != license.CodeTokensInsufficient })
	if len(short) == 0 {
		t.Fatal("nobody was short of tokens")
	}
	first, last := short[0].At, short[len(short)-1].At
	if first.Time().Month() < 9 || last-first > 4*license.Day || last-first < license.Hour {
		t.Errorf("short of tokens from %s to %s", first.Time(), last.Time())
	}
	for _, pack := range p.year.Balance.Packs {
		if pack.ID == "by-card" && (pack.BoughtAt < last || pack.Left != 0) {
			t.Errorf("%+v", pack)
		}
	}
}

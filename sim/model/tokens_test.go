package model

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func TestRateInForceAtTheStart(t *testing.T) { // R2.2, R5.10
	w := world(500 * tok)
	eq(t, "from its first instant", w.Open(mon+day, "x", "ben", "later", "", "", true).Tokens, tok)
	eq(t, "first", w.Open(mon+2*day-1, "a", "ben", "later", "", "", false).Tokens, tok)
	a, _ := w.Renew(mon+3*day-1, "a", true)
	eq(t, "next pass", a.Tokens, 2*tok)
}

func TestPackOrderAndExpiry(t *testing.T) { // R3.2, R3.3
	w := world()
	w.BuyPack(mon+2, "b", 5*tok)
	w.BuyPack(mon+1, "z", 9*tok) // ends first, but on the same date as the smaller ones
	w.BuyPack(mon+2, "a", 5*tok)
	w.BuyPack(mon+3, "c", 2*tok)
	w.BuyPack(mon+day, "d", tok)
	ids := func(now int64) (ids []string) {
		for _, p := range w.Balance(now).Packs {
			ids = append(ids, p.ID)
		}
		return ids
	}
	eq(t, "order", ids(mon+day), []string{"c", "a", "b", "z", "d"})
	eq(t, "draws", open(w, mon+day, "ben", "autocad").Draws, []Draw{{"c", 2 * tok}, {"a", 5 * tok}})
	at := mon + 2 + 365*day
	eq(t, "before z's end", w.Balance(at-2).Available, 15*tok)
	eq(t, "at z's end", w.Balance(at-1).Available, 6*tok)
	eq(t, "at expiry", w.Balance(at).Available, tok)
	eq(t, "expired", w.Balance(at).Expired, 14*tok)
	says(t, w.Open(at-1, "x", "ben", "revit", "9", "", true), "tokens_insufficient")
	says(t, w.Open(at-2, "x", "ben", "revit", "9", "", true), "tokens_charged tokens")
}

func TestWithdraw(t *testing.T) { // R3.8
	w := world(10 * tok)
	open(w, mon, "ben", "autocad")
	for tokens, ok := range map[int64]bool{0: false, -1: false, 3*tok + 1: false} {
		eq(t, "withdraw", w.Withdraw(mon, "p0", tokens), ok)
	}
	eq(t, "unknown", w.Withdraw(mon, "no", 1), false)
	eq(t, "all that is left", w.Withdraw(mon, "p0", 3*tok), true)
	eq(t, "pack", w.Balance(mon).Packs[0], PackState{ID: "p0", Size: 10 * tok, Drawn: 7 * tok, Withdrawn: 3 * tok})
	w.BuyPack(mon, "q", tok)
	eq(t, "expired", w.Withdraw(mon+365*day, "q", tok), false)
	eq(t, "in all", w.Balance(mon).Withdrawn, 3*tok)
}

func TestTheLastToken(t *testing.T) { // R3.4
	w := world(7 * tok)
	eq(t, "all there is", open(w, mon, "ben", "autocad").Code, "tokens_charged")
	eq(t, "none left", w.Balance(mon).Available, int64(0))
}

func TestNothingToReverse(t *testing.T) { // R5.6 is about charges
	w := world()
	w.catalog.Products[0].Rates = []Rate{{0, 0}}
	for _, product := range []string{"viewer", "autocad"} {
		w.Open(mon, product, "ben", product, "", "", false)
		w.Close(mon+1, product)
		eq(t, product, open(w, mon+2, "ben", product).From, mon)
	}
}

func TestShortLaunch(t *testing.T) { // R5.6
	w := world(500 * tok)
	w.Open(mon, "a", "ben", "autocad", "", "", false)
	w.Open(mon, "b", "ben", "autocad", "", "", false)
	r, _ := w.Close(mon+minute, "a")
	eq(t, "another is open", r, int64(0))
	r, _ = w.Close(mon+5*minute-1, "b")
	eq(t, "last one", r, 7*tok)
	r, _ = w.Close(mon+day, "b")
	eq(t, "again", r, 7*tok)
	eq(t, "given back", w.Balance(mon+5*minute).Available, 500*tok)
	_, code := w.Renew(mon+5*minute, "b", true)
	eq(t, "closed", code, "session_closed")
	_, code = w.Close(mon+5*minute, "no")
	eq(t, "unknown", code, "session_unknown")
	w.Open(mon+5*minute, "c", "ben", "autocad", "", "", false)
	r, _ = w.Close(mon+10*minute, "c")
	eq(t, "at five minutes", r, int64(0))
	says(t, open(w, mon+10*minute, "ben", "autocad"), "pass_live tokens")
}

func TestShortLaunchOfARenewedPassAndOff(t *testing.T) { // readings 5 and 6
	w := world(500 * tok)
	w.Open(mon, "a", "ben", "autocad", "", "", false)
	w.Open(mon, "crashed", "ben", "autocad", "", "", false)
	w.Renew(mon+day, "a", true)
	r, _ := w.Close(mon+day+minute, "a")
	eq(t, "renewed pass", r, 7*tok)
	w.Open(mon+2*day, "b", "ben", "autocad", "", "", false)
	w.Renew(mon+2*day, "crashed", true)
	r, _ = w.Close(mon+2*day, "b")
	eq(t, "the other came back", r, int64(0))
	w.SetSettings(0, 3, 3)
	w.Open(mon+4*day, "c", "ben", "autocad", "", "", false)
	r, _ = w.Close(mon+4*day, "c")
	eq(t, "no minutes", r, int64(0))
	w.SetSettings(5*minute, 0, 3)
	w.Open(mon+6*day, "d", "ben", "autocad", "", "", false)
	r, _ = w.Close(mon+6*day, "d")
	eq(t, "no reversals", r, int64(0))
	w.SetSettings(3*day, 3, 3)
	w.Open(mon+8*day, "e", "ben", "autocad", "", "", false)
	r, _ = w.Close(mon+9*day, "e")
	eq(t, "a pass that has ended", r, int64(0))
}

func TestThreeReversalsInADay(t *testing.T) {
	w := world(500 * tok)
	launch := func(now int64) int64 {
		serial++
		id := fmt.Sprint("l", serial)
		w.Open(now, id, "ben", "autocad", "", "", false)
		r, _ := w.Close(now, id)
		return r
	}
	for i := range int64(3) {
		eq(t, "reversal", launch(mon+i), 7*tok)
	}
	eq(t, "fourth", launch(mon+3), int64(0))
	eq(t, "its pass is live", launch(mon+day), int64(0))
	eq(t, "first is 24 hours old", launch(mon+day+3), 7*tok) // the fourth pass has ended, none of the three counts
	w = world(500 * tok)
	for i := range int64(3) {
		launch(mon + i)
	}
	w.Open(mon+day-1, "x", "ben", "autocad", "", "", false)
	r, _ := w.Close(mon+day-1, "x")
	eq(t, "1 ms too early", r, int64(0))
	w = world(500 * tok)
	for i := range int64(3) {
		launch(mon + i)
	}
	eq(t, "in time", launch(mon+day), 7*tok)
	eq(t, "two and this one", launch(mon+day), int64(0))
	w.Open(mon+day, "y", "ann", "autocad", "", "", false)
	r, _ = w.Close(mon+day, "y")
	eq(t, "per user", r, 7*tok)
}

func TestReversalIntoAnExpiredPack(t *testing.T) { // R3.6
	w := world(3*tok, 500*tok)
	at := mon + 365*day
	w.BuyPack(at-day, "new", 100*tok)
	eq(t, "draws", w.Open(at-minute, "a", "ben", "autocad", "", "", false).Draws, []Draw{{"p0", 3 * tok}, {"p1", 4 * tok}})
	r, _ := w.Close(at, "a")
	eq(t, "reversed", r, 7*tok)
	b := w.Balance(at)
	eq(t, "balance", []int64{b.Available, b.Used, b.Expired, b.Bought}, []int64{100 * tok, 0, 503 * tok, 603 * tok})
}

func TestLimitsAcrossPeriods(t *testing.T) { // R8.7, reading 13
	sunday := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).UnixMilli() - 1 // Saturday, the last ms of January
	for _, c := range []struct {
		limit   Limit
		now     int64
		user    string
		refused bool
	}{
		{Limit{Scope: "team", Period: "day", Tokens: 8 * tok}, sunday, "ann", true},
		{Limit{Scope: "team", Period: "day", Tokens: 14 * tok}, sunday, "ann", false},
		{Limit{Scope: "team", Period: "day", Tokens: 13999}, sunday, "ann", true},
		{Limit{Scope: "team", Period: "day", Tokens: 8 * tok}, sunday + 1, "ann", false},
		{Limit{Scope: "team", Period: "week", Tokens: 8 * tok}, sunday + 1, "ann", true},
		{Limit{Scope: "team", Period: "week", Tokens: 8 * tok}, sunday + day, "ann", true},
		{Limit{Scope: "team", Period: "week", Tokens: 8 * tok}, sunday + day + 1, "ann", false}, // Monday
		{Limit{Scope: "team", Period: "month", Tokens: 8 * tok}, sunday, "ann", true},
		{Limit{Scope: "team", Period: "month", Tokens: 8 * tok}, sunday + 1, "ann", false},
		{Limit{Scope: "user", User: "ben", Period: "week", Tokens: 8 * tok}, sunday + day, "ann", false},
		{Limit{Scope: "user", User: "ben", Period: "week", Tokens: 8 * tok}, sunday + day, "ben", true},
		{Limit{Scope: "product", Product: "autocad", Period: "week", Tokens: 8 * tok}, sunday + day, "ann", true},
		{Limit{Scope: "product", Product: "revit", Period: "week", Tokens: 8 * tok}, sunday + day, "ann", false},
		{Limit{Scope: "user_product", User: "ben", Product: "autocad", Period: "week", Tokens: 8 * tok}, sunday + day, "ben", true},
		{Limit{Scope: "user_product", User: "ben", Product: "revit", Period: "week", Tokens: 8 * tok}, sunday + day, "ben", false},
	} {
		w := world(500 * tok)
		w.Open(sunday, "a", "ben", "autocad", "", "", false)
		c.limit.Refuse = true
		w.SetLimits([]Limit{c.limit})
		if got := open(w, c.now, c.user, "autocad").Code == "limit_reached"; got != c.refused {
			t.Errorf("%+v at %v for %s: refused %v", c.limit, time.UnixMilli(c.now).UTC(), c.user, got)
		}
	}
}

func TestWhatReturnsIsNotSpent(t *testing.T) {
	w := world(500 * tok)
	w.SetLimits([]Limit{{Scope: "team", Period: "day", Tokens: 10 * tok, Refuse: true}})
	w.Open(mon+day-minute, "a", "ben", "autocad", "", "", false)
	eq(t, "job", w.StartJob(mon+day-minute, "j", "ben", "render", 100*tok, false).Code, "limit_reached")
	w.Close(mon+day, "a") // in Tuesday, of Monday
	eq(t, "room", w.StartJob(mon+day, "j", "ben", "render", 100*tok, false).Code, "tokens_held")
	eq(t, "held counts", w.StartJob(mon+day, "k", "ben", "render", 1, false).Code, "limit_reached")
	w.EndJob(mon+day, "j", "complete", 99*tok)
	eq(t, "returned", w.StartJob(mon+day, "k", "ben", "render", tok, false).Code, "tokens_held")
}

func TestJobs(t *testing.T) { // R7
	w := world(3*tok, 100*tok)
	a := w.StartJob(mon, "j", "ben", "render", 50*tok, true)
	eq(t, "quote", a, JobAnswer{Outcome: "granted", Code: "tokens_held", Held: 5 * tok, Draws: []Draw{{"p0", 3 * tok}, {"p1", 2 * tok}}, ExpiresAt: mon + day})
	eq(t, "no effect", w.Balance(mon).Held, int64(0))
	eq(t, "start", w.StartJob(mon, "j", "ben", "render", 50*tok, false), a)
	eq(t, "again", w.StartJob(mon+hour, "j", "ben", "render", 50*tok, false), a)
	eq(t, "held", w.Balance(mon).Packs[1], PackState{ID: "p1", Size: 100 * tok, Left: 98 * tok, Held: 2 * tok})
	ended := func(charged, returned int64, code string) []any { return []any{charged, returned, code} }
	eq(t, "complete", ended(w.EndJob(mon, "j", "complete", 35_001)), []any{int64(3501), int64(1499), ""})
	eq(t, "first draws", w.Balance(mon).Packs[1].Drawn, int64(501))
	eq(t, "same again", ended(w.EndJob(mon+2*day, "j", "complete", 35_001)), []any{int64(3501), int64(1499), ""})
	eq(t, "other quantity", ended(w.EndJob(mon, "j", "complete", 35_002)), []any{int64(0), int64(0), "job_ended"})
	eq(t, "other verb", ended(w.EndJob(mon, "j", "cancel", 35_001)), []any{int64(0), int64(0), "job_ended"})
	eq(t, "unknown", ended(w.EndJob(mon, "x", "cancel", 0)), []any{int64(0), int64(0), "job_unknown"})
	eq(t, "too much", w.StartJob(mon, "k", "ben", "render", 994_991, false), JobAnswer{Outcome: "refused", Code: "tokens_insufficient", Needed: 99_500, Available: 99_499})
	eq(t, "absurd", w.StartJob(mon, "k", "ben", "render", math.MaxInt64, false).Needed, int64(922_337_203_685_477_581))
	w.StartJob(mon, "c", "ben", "render", 10*tok, false)
	eq(t, "cancelled", ended(w.EndJob(mon, "c", "cancel", 0)), []any{int64(0), tok, ""})
	w.StartJob(mon, "d", "ben", "render", 10*tok, false)
	eq(t, "up to what was held", ended(w.EndJob(mon, "d", "cancel", 99*tok)), []any{tok, int64(0), ""})
	w.StartJob(mon, "r", "ben", "scan", tok/2, false)
	eq(t, "rounded up", w.Balance(mon).Held, int64(2))
	eq(t, "wrong way", w.StartJob(mon, "x", "ben", "autocad", tok, false), JobAnswer{Outcome: "error", Code: "kind_mismatch"})
	eq(t, "free", w.StartJob(mon, "f", "ben", "viewer", tok, false), JobAnswer{Outcome: "granted", Code: "free", ExpiresAt: mon + day})
	eq(t, "nobody", w.StartJob(mon, "x", "nobody", "render", tok, false).Code, "user_unknown")
	w.SetTrial("ben", "scan", mon+day)
	eq(t, "no trial of a service", w.StartJob(mon, "t", "ben", "scan", tok, true).Code, "tokens_held")
}

func TestJobRateIsThatOfItsStart(t *testing.T) {
	w := world(100 * tok)
	w.StartJob(mon, "j", "ben", "render", 10*tok, false)
	w.catalog.Products[6].Rates = append(w.catalog.Products[6].Rates, Rate{mon + 1, 1})
	charged, _, _ := w.EndJob(mon+1, "j", "complete", 5*tok)
	eq(t, "charged", charged, int64(500))
}

func TestHoldExpires(t *testing.T) { // R7.4, the pack expires meanwhile
	w := world(100 * tok)
	at := mon + 365*day
	w.StartJob(at-hour+1, "j", "ben", "scan", 1000*tok, false)
	eq(t, "held by an expired pack", w.Balance(at).Packs[0], PackState{ID: "p0", Size: 100 * tok, Held: 3 * tok, Expired: 97 * tok})
	b := w.Balance(at + 1)
	eq(t, "returned to it", []int64{b.Available, b.Held, b.Expired}, []int64{0, 0, 100 * tok})
	_, _, code := w.EndJob(at+1, "j", "complete", tok)
	eq(t, "complete", code, "hold_expired")
	charged, returned, code := w.EndJob(at+1, "j", "cancel", tok)
	eq(t, "cancel", []any{charged, returned, code}, []any{int64(0), 3 * tok, ""})
	_, _, code = w.EndJob(at+1, "j", "complete", tok)
	eq(t, "complete still", code, "hold_expired")
	_, _, code = w.EndJob(at+1+45*day, "j", "cancel", tok)
	eq(t, "forgotten", code, "job_unknown")
	w = world(100 * tok)
	w.StartJob(at-hour+1, "j", "ben", "scan", 1000*tok, false)
	charged, returned, _ = w.EndJob(at, "j", "complete", 500*tok)
	eq(t, "in time, from an expired pack", []int64{charged, returned, w.Balance(at).Used, w.Balance(at).Expired}, []int64{1500, 1500, 1500, 98_500})
}

func TestJobsCoveredBySeats(t *testing.T) { // R7.5
	w := world(100 * tok)
	w.Subscribe("s", "render", "single_user", 1, mon, mon+day)
	w.Subscribe("a", "aec", "multi_user", 1, mon, mon+day)
	w.Assign(mon, "ben", "render", "single_user")
	w.Assign(mon, "ben", "aec", "multi_user")
	w.Assign(mon, "ann", "aec", "multi_user")
	eq(t, "not unless the catalogue says so", w.StartJob(mon, "1", "ben", "render", tok, false).Code, "tokens_held")
	eq(t, "a floating seat", w.StartJob(mon, "2", "ben", "scan", tok, false), JobAnswer{Outcome: "granted", Code: "seat", ExpiresAt: mon + hour})
	eq(t, "which a job does not occupy", open(w, mon, "ann", "autocad").Code, "floating_seat")
	eq(t, "not free", w.StartJob(mon, "3", "ben", "scan", tok, false).Code, "tokens_held")
}

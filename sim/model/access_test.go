package model

import (
	"fmt"
	"slices"
	"testing"
)

func TestOneAnswerPerIdAndDryRun(t *testing.T) {
	w := world(6 * tok)
	poor := Answer{Outcome: "refused", Code: "tokens_insufficient", Needed: 7 * tok, Available: 6 * tok}
	eq(t, "poor", w.Open(mon, "a", "ben", "autocad", "", "", false), poor)
	w.BuyPack(mon, "more", 500*tok)
	dry := w.Open(mon, "a", "ben", "autocad", "", "", true)
	eq(t, "untouched", w.Balance(mon).Used, int64(0))
	first := w.Open(mon, "a", "ben", "autocad", "", "", false)
	eq(t, "dry run", dry, first)
	eq(t, "straddles", first.Draws, []Draw{{"p0", 6 * tok}, {"more", tok}})
	eq(t, "retry", w.Open(mon+30*day, "a", "ben", "autocad", "", "", false), first)
	eq(t, "remembered", w.asker(mon+46*day-1, "a", false) != nil, true)
	_, code := w.Renew(mon+46*day, "a", true)
	eq(t, "forgotten 45 days after the pass", code, "session_unknown")
}

func TestRefusalsInOrder(t *testing.T) {
	w := world(500 * tok)
	says(t, open(w, mon, "nobody", "nothing"), "product_unknown")
	eq(t, "wrong way", open(w, mon, "nobody", "render"), Answer{Outcome: "error", Code: "kind_mismatch"})
	says(t, open(w, mon, "nobody", "old"), "product_retired")
	for version, code := range map[string]string{"9": "user_unknown", "4": "user_unknown", "3": "version_unsupported", "": "version_unsupported", "x": "version_unsupported"} {
		says(t, w.Open(mon, "v", "nobody", "revit", version, "", true), code)
	}
	w.Suspend(true)
	w.RemoveUser(mon, "cat")
	w.RemoveUser(mon, "nobody")
	says(t, open(w, mon, "nobody", "viewer"), "user_unknown")
	says(t, open(w, mon, "cat", "viewer"), "user_inactive")
	says(t, open(w, mon, "ben", "viewer"), "team_suspended")
	w.Suspend(false)
	says(t, open(w, mon, "ben", "viewer"), "free free")
	w.AddUser("cat")
	says(t, open(w, mon, "cat", "seatonly"), "flex_not_assigned")
	says(t, open(w, mon, "ben", "seatonly"), "product_not_in_flex")
	says(t, open(w, mon+day-1, "ben", "later"), "product_not_in_flex")
	w.SetFlex("listed", []string{"revit"})
	says(t, open(w, mon+day, "ben", "autocad"), "product_excluded")
	w.SetUserFlex("ben", "listed", []string{"autocad"})
	says(t, w.Open(mon+day, "x", "ben", "autocad", "", "", true), "tokens_charged tokens")
	says(t, open(w, mon+day, "ben", "revit"), "product_excluded")
	w.SetUserFlex("ben", "all", nil)
	w.SetLimits([]Limit{{Scope: "team", Period: "day", Tokens: 0, Refuse: true}})
	says(t, open(w, mon+day, "ben", "revit"), "limit_reached")
	w.SetLimits([]Limit{{Scope: "team", Period: "day", Tokens: 0}})
	says(t, open(w, mon+day, "ben", "revit"), "tokens_charged tokens")
	w.SetUserFlex("ben", "default", nil)
	w.SetFlexUser("ben", false)
	says(t, open(w, mon+day, "ben", "revit"), "pass_live tokens") // R4.6 stands before R4.7
}

func TestPassEndsAtItsEnd(t *testing.T) { // R1.1, R5.4
	w := world(500 * tok)
	open(w, mon, "ben", "autocad")
	eq(t, "last instant", open(w, mon+day-1, "ben", "autocad").Code, "pass_live")
	a := open(w, mon+day, "ben", "autocad")
	eq(t, "at the end", []any{a.Code, a.From}, []any{"tokens_charged", mon + day})
	eq(t, "other user", open(w, mon+day, "ann", "autocad").Code, "tokens_charged")
}

func TestDevices(t *testing.T) { // R4.10, reading 4
	w := world(500 * tok)
	dev := func(now int64, id, device string) string {
		return w.Open(now, id, "ben", "autocad", "", device, false).Code
	}
	eq(t, "1", dev(mon, "1", "d1"), "tokens_charged")
	for _, d := range []string{"d2", "d3", "d3", ""} {
		serial++
		eq(t, d, dev(mon, fmt.Sprint("d", serial), d), "pass_live")
	}
	eq(t, "4", dev(mon, "4", "d4"), "devices_exceeded")
	says(t, w.Open(mon, "r", "ben", "revit", "9", "d4", false), "tokens_charged tokens")
	w.Close(mon, "1")
	eq(t, "one closed", dev(mon, "5", "d4"), "pass_live")
	eq(t, "a new pass, none renewed", dev(mon+day, "6", "d5"), "tokens_charged")
	a, _ := w.Renew(mon+day, "5", true)
	says(t, a, "pass_live tokens")
	w.SetSettings(0, 0, 1)
	eq(t, "fewer, another", dev(mon+day, "7", "d6"), "devices_exceeded")
	eq(t, "fewer, one in use", dev(mon+day, "7", "d5"), "pass_live")
	a, _ = w.Renew(mon+day, "5", true)
	says(t, a, "pass_live tokens") // who is inside stays
	w.SetSettings(0, 0, 0)
	eq(t, "any number", dev(mon+day, "8", "d9"), "pass_live")
	w.SetSettings(0, 0, 1)
	before := w.Balance(mon + 2*day)
	eq(t, "first of a pass", dev(mon+2*day, "9", "d1"), "tokens_charged")
	a, _ = w.Renew(mon+2*day, "5", true)
	says(t, a, "devices_exceeded")
	eq(t, "one charge", w.Balance(mon+2*day).Used, before.Used+7*tok)
}

func TestRenewAsksLinesOneAndTwo(t *testing.T) {
	w := world(500 * tok)
	w.Open(mon, "a", "ben", "autocad", "", "", false)
	w.Suspend(true)
	a, _ := w.Renew(mon, "a", true)
	says(t, a, "team_suspended")
	a, _ = w.Renew(mon+day, "a", true)
	says(t, a, "team_suspended")
	w.Suspend(false)
	a, _ = w.Renew(mon+day, "a", true)
	says(t, a, "tokens_charged tokens")
	w.SetFlexUser("ben", false)
	a, _ = w.Renew(mon+2*day, "a", true)
	says(t, a, "flex_not_assigned")
	_, code := w.Renew(mon, "b", true)
	eq(t, "unknown", code, "session_unknown")
}

func TestSeatGainedAndLostDuringPasses(t *testing.T) { // R5.9, readings 2, 3, 9, 16
	w := world(500 * tok)
	w.Open(mon, "a", "ben", "autocad", "", "", false)
	w.Subscribe("s", "aec", "single_user", 1, mon, mon+365*day)
	eq(t, "assign", w.Assign(mon, "ben", "aec", "single_user"), true)
	a := w.Open(mon+hour, "b", "ben", "autocad", "", "", false)
	says(t, a, "seat seat")
	eq(t, "inside the token pass", []int64{a.From, a.Until, a.LeaseUntil}, []int64{mon, mon + day, mon + day})
	a, _ = w.Renew(mon+day, "a", true)
	says(t, a, "seat seat")
	eq(t, "seat pass", []int64{a.From, a.Until, a.LeaseUntil}, []int64{mon + day, mon + 2*day, mon + 31*day})
	eq(t, "joining", open(w, mon+day+hour, "ben", "autocad").LeaseUntil, mon+31*day)
	w.Unassign("ben", "aec")
	a, _ = w.Renew(mon+day+hour, "a", true)
	says(t, a, "pass_live seat")
	eq(t, "to the end of the pass", a.LeaseUntil, mon+2*day)
	a = open(w, mon+day+hour, "ben", "autocad")
	says(t, a, "tokens_charged tokens")
	eq(t, "a new pass", a.From, mon+day+hour)
	a, _ = w.Renew(mon+day+2*hour, "a", true)
	says(t, a, "pass_live tokens")
	eq(t, "joined", a.From, mon+day+hour)
	eq(t, "two charges", w.Balance(mon+2*day).Used, 14*tok)
}

func TestSeatPools(t *testing.T) { // reading 9
	w := world()
	eq(t, "no subscription", w.Assign(mon, "ben", "autocad", "single_user"), false)
	w.Subscribe("s1", "autocad", "single_user", 2, mon, mon+10*day)
	w.Subscribe("s2", "autocad", "single_user", 1, mon+10*day, mon+20*day)
	w.Subscribe("other", "revit", "single_user", 3, mon, mon+10*day)
	for _, id := range []string{"ann", "cat", "ben"} { // ranks are of one pool
		eq(t, "other", w.Assign(mon, id, "revit", "single_user"), true)
	}
	eq(t, "ben", w.Assign(mon, "ben", "autocad", "single_user"), true)
	eq(t, "ann", w.Assign(mon, "ann", "autocad", "single_user"), true)
	eq(t, "ann again", w.Assign(mon, "ann", "autocad", "single_user"), true)
	eq(t, "no seat", w.Assign(mon, "cat", "autocad", "single_user"), false)
	eq(t, "no user", w.Assign(mon, "nobody", "autocad", "single_user"), false)
	eq(t, "ben's lease", open(w, mon, "ben", "autocad").LeaseUntil, mon+20*day)
	eq(t, "ann's lease", open(w, mon, "ann", "autocad").LeaseUntil, mon+10*day)
	says(t, open(w, mon+10*day-1, "ann", "autocad"), "seat seat")
	says(t, open(w, mon+10*day, "ann", "autocad"), "tokens_insufficient")
	w.Unassign("ben", "autocad")
	says(t, open(w, mon+10*day, "ann", "autocad"), "seat seat")
	says(t, open(w, mon+20*day, "ann", "autocad"), "tokens_insufficient")
	eq(t, "over", w.Assign(mon+20*day, "ben", "autocad", "single_user"), false)
	w.Subscribe("s3", "autocad", "single_user", 3, mon+30*day, mon+40*day)
	eq(t, "a later start", w.Assign(mon+20*day, "ben", "autocad", "single_user"), true)
	w.RemoveUser(mon, "ann")
	eq(t, "freed", w.Assign(mon+20*day, "cat", "autocad", "single_user") && w.rankOf("ben") == 0, true)
}

// rankOf is a user's place among those with a seat of autocad.
func (w *World) rankOf(id string) int {
	return slices.Index(w.held("autocad", "single_user"), seat{id, "autocad", "single_user"})
}

func TestSeatTermRunsOutInsideThePass(t *testing.T) {
	w := world(500 * tok)
	w.Subscribe("s", "autocad", "single_user", 1, mon, mon+hour)
	w.Assign(mon, "ben", "autocad", "single_user")
	eq(t, "lease", w.Open(mon, "a", "ben", "autocad", "", "", false).LeaseUntil, mon+hour)
	a, _ := w.Renew(mon+hour-1, "a", true)
	says(t, a, "seat seat")
	a, _ = w.Renew(mon+hour, "a", true)
	says(t, a, "pass_live seat")
	eq(t, "lease", a.LeaseUntil, mon+day)
}

func TestFloating(t *testing.T) { // R4.4, reading 10
	w := world(500 * tok)
	eq(t, "no subscription", w.Assign(mon, "ben", "aec", "multi_user"), false)
	w.Subscribe("m", "aec", "multi_user", 1, mon, mon+10*day)
	for _, id := range []string{"ben", "ann", "cat"} {
		eq(t, "unlimited", w.Assign(mon, id, "aec", "multi_user"), true)
	}
	a := w.Open(mon, "a", "ben", "autocad", "", "", false)
	says(t, a, "floating_seat seat")
	eq(t, "lease", a.LeaseUntil, mon+day)
	says(t, w.Open(mon, "b", "ben", "revit", "9", "", false), "floating_seat seat") // two products, one seat
	says(t, w.Open(mon, "c", "ann", "autocad", "", "", true), "tokens_charged tokens")
	w.Close(mon+hour, "a")
	says(t, w.Open(mon+hour, "c", "ann", "autocad", "", "", true), "tokens_charged tokens")
	w.Close(mon+hour, "b")
	says(t, w.Open(mon+hour, "c", "ann", "autocad", "", "", false), "floating_seat seat")
	says(t, open(w, mon+hour, "ben", "autocad"), "tokens_charged tokens") // ben's pass lives, the seat does not
	a, _ = w.Renew(mon+day+hour-1, "c", true)
	says(t, a, "floating_seat seat")
	w.Subscribe("n", "autocad", "single_user", 1, mon, mon+10*day)
	w.Assign(mon+day, "ann", "autocad", "single_user")
	a, _ = w.Renew(mon+day+hour-1, "c", true)
	says(t, a, "seat seat") // single-user seats first, in the floating pass
	eq(t, "lease", a.LeaseUntil, mon+day+hour)
	says(t, open(w, mon+day+hour, "cat", "revit"), "floating_seat seat") // ann's pass has ended, unclosed
	a, _ = w.Renew(mon+day+hour, "c", true)
	says(t, a, "seat seat")
	says(t, open(w, mon+10*day, "cat", "viewer"), "free free")
	eq(t, "over", w.Assign(mon+10*day, "ben", "autocad", "multi_user"), false)
}

func TestFloatingSessionStaysInItsPass(t *testing.T) {
	w := world()
	w.Subscribe("m", "autocad", "multi_user", 1, mon, mon+hour)
	w.Subscribe("f", "revit", "multi_user", 1, mon+hour, mon+2*hour)
	w.Assign(mon, "ben", "autocad", "multi_user")
	eq(t, "a future one will do", w.Assign(mon, "ben", "revit", "multi_user"), true)
	w.Open(mon, "a", "ben", "autocad", "", "", false)
	a, _ := w.Renew(mon+hour, "a", true)
	says(t, a, "pass_live seat")
	says(t, open(w, mon+hour, "ben", "autocad"), "tokens_insufficient")
}

func TestTrial(t *testing.T) { // R4.5
	w := world(500 * tok)
	w.SetTrial("ben", "autocad", mon+hour)
	a := w.Open(mon, "a", "ben", "autocad", "", "", false)
	says(t, a, "trial trial")
	eq(t, "ends", []int64{a.Until, a.LeaseUntil}, []int64{mon + day, mon + hour})
	a, _ = w.Renew(mon+hour, "a", true)
	says(t, a, "pass_live trial")
	says(t, open(w, mon+hour-1, "ben", "autocad"), "trial trial")
	a = open(w, mon+hour, "ben", "autocad")
	says(t, a, "tokens_charged tokens")
	w.SetTrial("ben", "autocad", mon+9*day)
	says(t, open(w, mon+2*hour, "ben", "autocad"), "trial trial")
	eq(t, "long trial", open(w, mon+2*day, "ben", "autocad").LeaseUntil, mon+3*day)
}

func TestGroups(t *testing.T) { // R8.8
	w := world(500 * tok)
	w.Subscribe("s", "autocad", "single_user", 2, mon, mon+10*day)
	eq(t, "ben", w.Assign(mon, "ben", "autocad", "single_user"), true)
	for _, id := range []string{"ben", "ann"} {
		eq(t, id, w.Join(mon, id, "group cad"), true)
	}
	eq(t, "no second seat", w.Assign(mon, "group cad", "autocad", "single_user"), true)
	eq(t, "full", w.Join(mon, "cat", "group cad"), false)
	eq(t, "not half a member", slices.Contains(w.members, pair{"cat", "group cad"}), false)
	w.Unassign("ben", "autocad")
	says(t, open(w, mon, "ben", "autocad"), "seat seat")
	w.Leave("ben", "group cad")
	says(t, open(w, mon+day, "ben", "autocad"), "tokens_charged tokens")
	eq(t, "room", w.Join(mon, "cat", "group cad"), true)
	w.RemoveUser(mon, "ann")
	eq(t, "freed", w.Assign(mon, "ben", "autocad", "single_user"), true)
	w.Unassign("group cad", "autocad")
	eq(t, "one left", w.held("autocad", "single_user"), []seat{{"ben", "autocad", "single_user"}})
	eq(t, "short", w.Short(mon+10*day, "autocad", "single_user", 1, mon+10*day, mon+20*day), false)
	w.SetFlexUser("cat", false)
	w.Assign(mon, "group cad", "flex", "")
	says(t, open(w, mon, "cat", "revit"), "tokens_charged tokens")
	w.SetFlexUser("cat", true)
	w.Leave("cat", "group cad")
	says(t, open(w, mon+day, "cat", "revit"), "tokens_charged tokens")
	w.Assign(mon, "ben", "autocad", "single_user")
	eq(t, "too few", w.Short(mon, "autocad", "single_user", 1, mon+10*day, mon+20*day), false)
	w.Assign(mon, "cat", "autocad", "single_user")
	eq(t, "too few", w.Short(mon, "autocad", "single_user", 1, mon+10*day, mon+20*day), true)
	eq(t, "beside others", w.Short(mon, "autocad", "single_user", 1, mon, mon+20*day), false)
}

func TestTakeFloating(t *testing.T) {
	w := world(500 * tok)
	w.Subscribe("m", "aec", "multi_user", 1, mon, mon+10*day)
	for _, id := range []string{"ben", "ann"} {
		w.Assign(mon, id, "aec", "multi_user")
	}
	says(t, w.Open(mon, "a", "ben", "autocad", "", "", false), "floating_seat seat")
	says(t, w.Open(mon, "b", "ben", "revit", "9", "", false), "floating_seat seat")
	eq(t, "another's", w.TakeFloating(mon+hour, "ann", "aec"), 0)
	eq(t, "two products", w.TakeFloating(mon+hour, "ben", "aec"), 2)
	eq(t, "again", w.TakeFloating(mon+hour, "ben", "aec"), 0)
	says(t, w.Open(mon+hour, "c", "ann", "autocad", "", "", false), "floating_seat seat")
	a, _ := w.Renew(mon+hour, "a", false)
	says(t, a, "idle")
	a, _ = w.Renew(mon+hour, "a", true)
	says(t, a, "tokens_charged tokens")
}

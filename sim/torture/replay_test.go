package torture

import (
	"fmt"
	"reflect"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/sim/model"
)

const year = api.Instant(365 * 24 * time.Hour / time.Millisecond)

// replay takes a ledger through the second model, entry by entry: each has to be what the model decides, and
// everything that was answered at its position, what the model answers there.
type replay struct {
	*matched
	world *model.World
	owner map[*entry]*placed
	now   int64
}

func (m *matched) replay() {
	r := &replay{matched: m, world: model.New(), owner: map[*entry]*placed{}}
	r.rated(0)
	looks := map[int64][]*placed{}
	for _, p := range m.placed {
		if p.entry != nil {
			r.owner[p.entry] = p
		} else {
			looks[p.at] = append(looks[p.at], p)
		}
	}
	for i := range m.Ledger {
		e := &m.Ledger[i]
		if int64(e.At) < r.now {
			m.find("time", "entry %d is dated before the one before it", e.Position)
		}
		r.now = int64(e.At)
		r.tell(e)
		for _, p := range looks[e.Position] {
			r.look(p.op)
		}
		delete(looks, e.Position)
	}
	for at, left := range looks {
		m.find("order", "it was answered at position %d of %d: %v", at, len(m.Ledger), left[0].op)
	}
}

// rated tells the model the rate of the product whose rate changes. Which rate it may be, rates holds.
func (r *replay) rated(rate api.Tokens) { r.world.SetCatalog(modelled(catalog(rate))) }

// tell has the model do what an entry says, and compares.
func (r *replay) tell(e *entry) {
	switch w := r.world; e.Kind {
	case "team_created":
		w.AddUser(e.Admin)
	case "user_added":
		w.AddUser(e.User)
	case "settings_changed":
		s := e.Settings
		w.SetSettings(time.Duration(s.ShortLaunch).Milliseconds(), s.ShortLaunches, s.Devices)
	case "subscription_added":
		from, err := api.ParseInstant(e.From)
		r.same(e, err, nil)
		w.Subscribe(e.ID, e.What, e.Seat, e.Seats, int64(from), int64(e.Until))
	case "pack_added": // a moved one keeps its end
		w.BuyPack(int64(e.ExpiresAt-year), e.Pack, int64(e.Size))
		r.same(e, e.From != "" || e.ExpiresAt == e.At+year, true)
	case "assigned", "unassigned":
		r.assign(e)
	case "pass_opened":
		r.pass(e)
	case "sessions_joined":
		for _, j := range e.Joins {
			r.join(e, j)
		}
	default:
		r.rest(e)
	}
}

func (r *replay) rest(e *entry) {
	switch w := r.world; e.Kind {
	case "session_closed":
		reversed, problem := w.Close(r.now, e.Session)
		var tokens api.Tokens
		if e.Reversed != nil {
			tokens = e.Reversed.Tokens
		}
		r.same(e, []any{tokens, ""}, []any{api.Tokens(reversed), problem})
		r.owned(e, func(a answer) any { return a.Returned }, tokens)
	case "job_started":
		want := w.StartJob(r.now, e.Job, e.User, e.Service, int64(e.Quantity), false)
		r.same(e, model.JobAnswer{Outcome: "granted", Code: string(e.Code), Held: int64(sum(e.Draws)), ExpiresAt: int64(e.ExpiresAt),
			Draws: drawsOf(e.Draws)}, want)
		r.owned(e, func(a answer) any { return []any{a.Held, a.Code} }, []any{sum(e.Draws), e.Code})
	case "job_ended":
		charged, returned, problem := w.EndJob(r.now, e.Job, map[string]string{"completed": "complete", "cancelled": "cancel"}[e.State], int64(e.Used))
		got := []any{sum(e.Charged), sum(e.Returned)}
		r.same(e, append(got, ""), []any{api.Tokens(charged), api.Tokens(returned), problem})
		r.owned(e, func(a answer) any { return []any{a.Charged, a.Returned} }, got)
	case "tokens_withdrawn":
		r.withdraw(e)
	default:
		r.find("replay", "entry %d is a %s, which nobody asks for here", e.Position, e.Kind)
	}
}

func (r *replay) assign(e *entry) {
	switch w := r.world; {
	case e.What == api.WhatFlex:
		w.SetFlexUser(e.User, e.Kind == "assigned")
	case e.Kind == "unassigned":
		w.Unassign(e.User, e.What)
	default:
		r.same(e, true, w.Assign(r.now, e.User, e.What, e.Seat))
	}
}

// pass holds that a pass began because the model begins one there: while another is live, it does not.
func (r *replay) pass(e *entry) {
	if e.Product == varying {
		r.rated(e.Rate)
	}
	var want model.Answer
	var problem string
	if e.Renewal {
		want, problem = r.world.Renew(r.now, e.Session, true)
	} else {
		want = r.world.Open(r.now, e.Session, e.User, e.Product, e.Version, e.Device, false)
	}
	got := model.Answer{Outcome: "granted", Code: string(e.Code), Source: string(e.Source), From: int64(e.At), Until: int64(e.Until),
		LeaseUntil: int64(e.LeaseUntil), Tokens: int64(e.Rate), Draws: drawsOf(e.Draws)}
	r.same(e, []any{got, ""}, []any{want, problem})
	r.owned(e, func(a answer) any { return a.said() }, got)
	r.owned(e, func(a answer) any { return a.Pass }, fmt.Sprint("pass-", e.Position))
}

func (r *replay) join(e *entry, j join) {
	want, problem := r.world.Renew(r.now, j.Session, true)
	if problem == "session_unknown" {
		want = r.world.Open(r.now, j.Session, j.User, j.Product, j.Version, j.Device, false)
	}
	from := int64(0)
	if 0 < j.Pass && j.Pass < e.Position {
		from = int64(r.Ledger[j.Pass-1].At)
	}
	r.same(e, []any{"granted", string(j.Code), from, int64(0)}, []any{want.Outcome, want.Code, want.From, want.Tokens})
}

// withdraw holds that a movement draws as a charge would.
func (r *replay) withdraw(e *entry) {
	var want []api.Draw
	need := sum(e.Draws)
	for _, p := range r.world.Balance(r.now).Packs {
		if take := min(api.Tokens(p.Left), need); take > 0 {
			want = append(want, api.Draw{Pack: p.ID, Tokens: take})
			need -= take
		}
	}
	r.same(e, e.Draws, want)
	for _, d := range e.Draws {
		r.same(e, true, r.world.Withdraw(r.now, d.Pack, int64(d.Tokens)))
	}
}

// look asks the model what was answered without an entry of its own.
func (r *replay) look(o *op) {
	w, a := r.world, o.Ask
	switch a.Verb {
	case opens:
		if a.Product == varying && o.Answer.Needed != nil {
			r.rated(*o.Answer.Needed)
		}
		r.agree(o, o.Answer.said(), w.Open(r.now, a.ID, a.User, a.Product, "", a.Device, true))
	case renews:
		want, problem := w.Renew(r.now, a.ID, true)
		if first := r.noted(a.ID); problem == "session_unknown" && first != nil {
			want, problem = w.Open(r.now, a.ID, first.Ask.User, first.Ask.Product, "", first.Ask.Device, true), ""
		}
		r.agree(o, []any{o.Answer.said(), ""}, []any{want, problem})
	case closes:
		reversed, problem := w.Close(r.now, a.ID)
		r.agree(o, []any{o.Answer.Returned, ""}, []any{api.Tokens(reversed), problem})
	case starts:
		want := w.StartJob(r.now, a.ID, a.User, a.Product, int64(a.Quantity), true)
		r.agree(o, []any{string(o.Answer.Outcome), string(o.Answer.Code), o.Answer.Held}, []any{want.Outcome, want.Code, api.Tokens(want.Held)})
	case balances:
		want := w.Balance(r.now)
		for i := range want.Packs { // what the wire does not say
			want.Packs[i].Held, want.Packs[i].Drawn = 0, 0
		}
		r.agree(o, totalsOf(o.Answer.Account), want)
	}
}

func (r *replay) same(e *entry, got, want any) {
	if !reflect.DeepEqual(got, want) {
		r.find("replay", "entry %d (%s): got %+v, the model says %+v", e.Position, e.Kind, got, want)
	}
}

func (r *replay) agree(o *op, got, want any) {
	if !reflect.DeepEqual(got, want) {
		r.find("replay", "%v\n got %+v\nwant %+v", o, got, want)
	}
}

// owned compares the answer that somebody got for an entry with the entry.
func (r *replay) owned(e *entry, of func(answer) any, want any) {
	if p := r.owner[e]; p != nil && p.Known {
		r.agree(p.op, of(p.Answer), want)
	}
}

// said is an answer in the model's words.
func (a answer) said() model.Answer {
	m := model.Answer{Outcome: string(a.Outcome), Code: string(a.Code)}
	if a.Outcome != api.OutcomeGranted {
		if a.Needed != nil {
			m.Needed, m.Available = int64(*a.Needed), int64(*a.Has)
		}
		return m
	}
	m.Source, m.From, m.Until, m.LeaseUntil = string(a.Source), int64(a.From), int64(a.Until), int64(a.Lease)
	if a.Charge != nil {
		m.Tokens, m.Draws = int64(a.Charge.Tokens), drawsOf(a.Charge.Draws)
	}
	return m
}

func drawsOf(draws []api.Draw) (of []model.Draw) {
	for _, d := range draws {
		of = append(of, model.Draw{Pack: d.Pack, Tokens: int64(d.Tokens)})
	}
	return of
}

func totalsOf(b *api.Balance) model.Balance {
	m := model.Balance{Available: int64(b.Available), Held: int64(b.Held), Used: int64(b.Used), Expired: int64(b.Expired),
		Bought: int64(b.Bought), Withdrawn: int64(b.Withdrawn)}
	for _, p := range b.Packs {
		m.Packs = append(m.Packs, model.PackState{ID: p.ID, Size: int64(p.Size), Left: int64(p.Left), Expired: int64(p.Expired), Withdrawn: int64(p.Withdrawn)})
	}
	return m
}

package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

// audit reads the journal on its own, entry by entry, and knows what was acknowledged.
type audit struct {
	read    int
	last    license.Instant
	passes  map[string]span   // by user and product: the latest pass
	charges map[string]int64  // by id: tokens, negative once reversed
	joined  map[string]bool   // session@pass
	session map[string]string // session → user and product
	acked   map[string]int64  // charges that somebody was told of
}

type span struct{ from, until license.Instant }

// check is what must hold after every step.
func (w *World) check() {
	w.now()
	if err := w.audit.follow(w.disk.entries[team]); err != nil {
		panic(w.fail("the journal: %v", err))
	}
	for id := range w.audit.acked {
		if _, ok := w.audit.charges[id]; !ok {
			panic(w.fail("the charge %s was acknowledged and is not in the journal", id))
		}
	}
	got, _, err := w.desk.Balance(ctx, team)
	if err != nil {
		panic(w.fail("balance: %v", err))
	}
	want := w.model.Balance(w.now())
	if b := balanceOf(got); !reflect.DeepEqual(b, want) {
		panic(w.fail("balance:\n got %+v\nwant %+v", b, want))
	}
	w.look(func(v desk.View) { err = errors.Join(v.Team.Check(), v.Team.CheckForgotten()) })
	if err != nil {
		panic(w.fail("the team contradicts itself: %v", err))
	}
}

// compareFold compares what the server has in memory, all of it written, with the fold of the journal from its first
// entry: not a byte of what a snapshot keeps is another.
func (w *World) compareFold() {
	fold := license.NewTeam()
	for _, e := range w.disk.entries[team] {
		entry, err := license.DecodeEntry(e.Body)
		if err == nil {
			err = fold.Apply(entry)
		}
		if err != nil {
			panic(w.fail("entry %d: %v", e.Seq, err))
		}
	}
	want, err := fold.Save()
	same := false
	w.look(func(v desk.View) {
		got, gotErr := v.Team.Save()
		same, err = bytes.Equal(got, want), errors.Join(err, gotErr)
	})
	if err != nil || !same {
		panic(w.fail("the team in memory is not the fold of its journal (%v)", err))
	}
}

// follow reads the entries that are new.
func (a *audit) follow(entries []journal.Entry) error {
	if a.passes == nil {
		*a = audit{passes: map[string]span{}, charges: map[string]int64{}, joined: map[string]bool{},
			session: map[string]string{}, acked: map[string]int64{}}
	}
	for ; a.read < len(entries); a.read++ {
		e := entries[a.read]
		var x struct {
			Kind string          `json:"kind"`
			At   license.Instant `json:"at"`
			Body json.RawMessage `json:"body"`
		}
		if err := json.Unmarshal(e.Body, &x); err != nil {
			return err
		}
		if x.At < a.last {
			return fmt.Errorf("entry %d goes back in time", e.Seq)
		}
		a.last = x.At
		if err := a.entry(e.Seq, x.Kind, x.At, x.Body); err != nil {
			return fmt.Errorf("entry %d (%s): %w", e.Seq, x.Kind, err)
		}
	}
	return nil
}

func (a *audit) entry(seq int64, kind string, at license.Instant, body []byte) error {
	var b struct {
		Session, User, Product, Source string
		Until                          license.Instant
		Draws                          []struct{ Tokens int64 }
		Joins                          []struct {
			Session, User, Product string
			Pass                   int64
		}
		Reversed *struct {
			ID     string
			Tokens int64
		}
	}
	if err := json.Unmarshal(body, &b); err != nil && kind != "session_closed" {
		return err
	}
	switch kind {
	case "pass_opened":
		return a.pass(seq, at, b.Session, b.User+"/"+b.Product, b.Source, b.Until, b.Draws)
	case "sessions_joined":
		for _, j := range b.Joins {
			a.joined[fmt.Sprintf("%s@pass-%d", j.Session, j.Pass)] = true
			a.session[j.Session] = j.User + "/" + j.Product
		}
	case "session_closed":
		if err := json.Unmarshal(body, &b); err != nil {
			return err
		}
		if b.Reversed != nil {
			if a.charges[b.Reversed.ID] != b.Reversed.Tokens {
				return fmt.Errorf("%s gives back %d of %d", b.Reversed.ID, b.Reversed.Tokens, a.charges[b.Reversed.ID])
			}
			a.charges[b.Reversed.ID] = -b.Reversed.Tokens
			use := a.session[b.Session]
			a.passes[use] = span{a.passes[use].from, at}
		}
	}
	return nil
}

// pass checks that passes of one user and product do not overlap (R5.1). One that did not cost tokens may be
// superseded, and ends then.
func (a *audit) pass(seq int64, at license.Instant, session, use, source string, until license.Instant, draws []struct{ Tokens int64 }) error {
	old := a.passes[use]
	if at < old.until && a.paid(use) {
		return fmt.Errorf("it overlaps the pass of %s that tokens paid for until %d", use, old.until)
	}
	if until-at != license.Day {
		return fmt.Errorf("the pass lasts %d ms", until-at)
	}
	a.passes[use], a.session[session] = span{at, until}, use
	a.joined[fmt.Sprintf("%s@pass-%d", session, seq)] = true
	total := int64(0)
	for _, d := range draws {
		total += d.Tokens
	}
	if source == "tokens" {
		a.charges[fmt.Sprintf("charge-%d", seq)] = total
	}
	delete(a.joined, "paid "+use)
	a.joined["paid "+use] = source == "tokens"
	return nil
}

func (a *audit) paid(use string) bool { return a.joined["paid "+use] }

// acknowledge notes what somebody was told.
func (a *audit) acknowledge(w *World, session string, got desk.Answer) {
	if got.Charge == nil {
		return
	}
	id := got.Charge.ID.String()
	if told, ok := a.acked[id]; ok && told != int64(got.Charge.Tokens) {
		panic(w.fail("%s was told as %d and as %d", id, told, got.Charge.Tokens))
	}
	if a.acked == nil {
		a.acked = map[string]int64{}
	}
	a.acked[id] = int64(got.Charge.Tokens)
}

// compare holds the desk's answer against the model's.
func (w *World) compare(what string, got, want model.Answer) {
	w.note("%s: %s %s", what, got.Outcome, got.Code)
	if len(got.Draws) == 0 {
		got.Draws = nil
	}
	if len(want.Draws) == 0 {
		want.Draws = nil
	}
	if want.Outcome != "granted" {
		want = model.Answer{Outcome: want.Outcome, Code: want.Code, Needed: want.Needed, Available: want.Available}
	}
	if !reflect.DeepEqual(got, want) {
		panic(w.fail("%s:\n got %+v\nwant %+v", what, got, want))
	}
}

func equal(a, b model.JobAnswer) bool { return reflect.DeepEqual(a, b) }

func answerOf(a desk.Answer, err error) model.Answer {
	if err != nil {
		return model.Answer{Outcome: "error", Code: code(err)}
	}
	m := model.Answer{Outcome: string(a.Outcome), Code: string(a.Code), Source: string(a.Source),
		From: int64(a.Pass.From), Until: int64(a.Pass.Until), LeaseUntil: int64(a.LeaseUntil),
		Needed: int64(a.Needed), Available: int64(a.Grant.Available)}
	if a.Charge != nil {
		m.Tokens = int64(a.Charge.Tokens)
		for _, d := range a.Charge.Draws {
			m.Draws = append(m.Draws, model.Draw{Pack: d.Pack, Tokens: int64(d.Tokens)})
		}
	}
	return m
}

func jobAnswerOf(g license.JobGrant, err error) model.JobAnswer {
	if err != nil {
		return model.JobAnswer{Outcome: "error", Code: code(err)}
	}
	m := model.JobAnswer{Outcome: string(g.Outcome), Code: string(g.Code), Held: int64(g.Held), ExpiresAt: int64(g.ExpiresAt)}
	if g.Code == license.CodeTokensInsufficient {
		m.Needed, m.Available = int64(g.Required), int64(g.Available)
	}
	return m
}

func balanceOf(b license.Balance) model.Balance {
	m := model.Balance{Available: int64(b.Available), Held: int64(b.Held), Used: int64(b.Used), Expired: int64(b.Expired),
		Bought: int64(b.Bought), Withdrawn: int64(b.Withdrawn)}
	for _, p := range b.Packs {
		m.Packs = append(m.Packs, model.PackState{ID: p.ID, Size: int64(p.Size), Left: int64(p.Left), Held: int64(p.Held),
			Drawn: int64(p.Drawn), Expired: int64(p.Expired), Withdrawn: int64(p.Withdrawn)})
	}
	return m
}

func modelCatalog(c license.Catalog) (m model.Catalog) {
	for _, p := range c.Products {
		q := model.Product{Code: p.Code, Kind: string(p.Kind), Flex: p.Flex, Retired: p.Retired, Versions: p.Versions,
			CoveredBySeat: p.CoveredBySeat, Hold: int64(p.Hold)}
		for _, r := range p.Rates {
			q.Rates = append(q.Rates, model.Rate{From: int64(r.From), Tokens: int64(r.Tokens)})
		}
		m.Products = append(m.Products, q)
	}
	for _, col := range c.Collections {
		m.Collections = append(m.Collections, model.Collection{Code: col.Code, Products: col.Products})
	}
	return m
}

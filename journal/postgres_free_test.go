package journal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/daypass/daypass/journal/pgtest"
)

// TestExpectedFree: who has written last to a team inserts without looking, finds a place that another has taken, is
// careful then, and learns when the database has lost what it had kept.
func TestExpectedFree(t *testing.T) {
	ctx, address := t.Context(), pgtest.URL(t)
	j, other := openedPostgres(t, address), openedPostgres(t, address)
	careful := j.ins.(postgresInserter).careful
	acme, bolt := chain{team: "acme"}, chain{team: "bolt"}
	head := func(c chain, mine bool) Head {
		return Head{Team: c.team, Seq: int64(len(c.all)), Hash: c.head(), Mine: mine}
	}
	must(t, j.Append(ctx, Batch{Entries: slices.Concat(acme.fill(2), bolt.fill(2))}))
	last := head(bolt, false)

	heads := []Head{head(acme, true), head(bolt, true)}
	must(t, j.Append(ctx, Batch{Heads: heads, Last: last, Entries: slices.Concat(acme.fill(3), bolt.fill(1))}))
	if careful.Load() > 0 {
		t.Error("places that were free were taken for taken")
	}
	last, heads = head(bolt, false), []Head{head(acme, true), head(bolt, true)}
	rival := chain{"acme", slices.Clone(acme.all)}
	must(t, other.Append(ctx, Batch{Heads: []Head{head(acme, false)}, Entries: rival.next("the rival's")}))
	before := slices.Clone(acme.all)
	err := j.Append(ctx, Batch{Heads: heads, Last: last, Entries: slices.Concat(acme.fill(2), bolt.fill(2))})
	var c *Conflict
	if !errors.As(err, &c) || !slices.Equal(c.Teams, []string{"acme"}) || c.Forgotten {
		t.Fatalf("append gives %v, want the conflict of acme", err)
	}
	if careful.Load() == 0 {
		t.Error("a place was taken, and no care is taken from now on")
	}
	same(t, append(before, rival.all[len(rival.all)-1]), read(t, j, "acme", 0))
	same(t, bolt.all, read(t, j, "bolt", 0))

	careful.Store(0)
	last, heads = head(bolt, false), []Head{{Team: "bolt", Seq: int64(len(bolt.all)), Hash: bolt.head(), Mine: true}}
	_, err = j.Writer().ExecContext(ctx, `DELETE FROM entry WHERE team = 'bolt' AND seq = $1`, last.Seq)
	must(t, err)
	kept := slices.Clone(bolt.all[:len(bolt.all)-1])
	err = j.Append(ctx, Batch{Heads: heads, Last: last, Entries: bolt.fill(1)})
	if !errors.As(err, &c) || !c.Forgotten {
		t.Fatalf("append gives %v, want that the journal has lost entries", err)
	}
	same(t, kept, read(t, j, "bolt", 0))
}

// TestExpectedFreeRaces has two servers write to the same teams, each in the belief that nobody else does.
func TestExpectedFreeRaces(t *testing.T) {
	ctx, address := t.Context(), pgtest.URL(t)
	teams := []string{"acme", "bolt", "cone", "dora", "echo"}
	var kept atomic.Int64
	var wg sync.WaitGroup
	for server := range 2 {
		j := openedPostgres(t, address)
		wg.Go(func() {
			known, last := map[string]Head{}, Head{}
			for round := range 60 {
				j.ins.(postgresInserter).careful.Store(0)
				n, err := believe(ctx, j, teams[round%3:], known, &last, fmt.Sprint(server, " ", round))
				if err != nil {
					t.Error(err)
					return
				}
				kept.Add(n)
			}
		})
	}
	wg.Wait()
	j := openedPostgres(t, address)
	var found int64
	for _, team := range teams {
		r, err := Verify(ctx, j, team, nil)
		if err != nil || r.BrokenAt != 0 {
			t.Errorf("verify: %+v %v", r, err)
		}
		found += r.Entries
	}
	if want := kept.Load(); found != want || want == 0 {
		t.Errorf("got %d entries, %d were acknowledged", found, want)
	}
}

// believe appends an entry to each team behind what is known of it, reads anew what was lost, and returns how many were
// kept.
func believe(ctx context.Context, j *Journal, teams []string, known map[string]Head, last *Head, what string) (kept int64, err error) {
	b := Batch{Last: *last}
	next := map[string]Head{}
	for _, team := range teams {
		h, ok := known[team]
		if !ok {
			h.Team = team
			if h.Seq, h.Hash, err = j.Head(ctx, team); err != nil {
				return 0, err
			}
		}
		b.Heads = append(b.Heads, h)
		e := Entry{team, h.Seq + 1, []byte(what), Chain(h.Hash, []byte(what))}
		b.Entries = append(b.Entries, e)
		next[team] = Head{Team: team, Seq: e.Seq, Hash: e.Hash, Mine: true}
	}
	var lost *Conflict
	if err := j.Append(ctx, b); errors.As(err, &lost) && len(lost.Teams) > 0 {
		for _, team := range lost.Teams {
			delete(next, team)
			delete(known, team)
		}
	} else if err != nil {
		return 0, err
	}
	maps.Copy(known, next)
	for _, h := range next {
		*last = Head{Team: h.Team, Seq: h.Seq, Hash: h.Hash}
	}
	return int64(len(next)), nil
}

// TestExpectedFreeTells: an append that has something to tell writes that too, whoever wrote last.
func TestExpectedFreeTells(t *testing.T) {
	ctx, j := t.Context(), openedPostgres(t, pgtest.URL(t))
	acme := chain{team: "acme"}
	must(t, j.Append(ctx, Batch{Entries: acme.fill(2)}))
	last := Head{Team: "acme", Seq: 2, Hash: acme.head(), Mine: true}
	must(t, j.Append(ctx, Batch{Heads: []Head{last}, Last: last, Entries: acme.fill(1),
		Outbox: []Notice{{"acme", "n", "told", 1, []byte("{}")}}}))
	told := 0
	must(t, j.Outbox(ctx, "acme", func(Notice) error { told++; return nil }))
	if told != 1 {
		t.Errorf("there are %d notices, want 1", told)
	}
	same(t, acme.all, read(t, j, "acme", 0))
}

package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/journal/pgtest"
)

// engines open an empty journal of each kind.
var engines = []struct {
	name string
	open func(t testing.TB) *Journal
}{
	{"SQLite", func(t testing.TB) *Journal { return opened(t, t.TempDir()) }},
	{"PostgreSQL", func(t testing.TB) *Journal { return openedPostgres(t, pgtest.URL(t)) }},
}

// testCopies runs a test from each engine to each.
func testCopies(t *testing.T, test func(t *testing.T, from, to func(testing.TB) *Journal)) {
	for _, from := range engines {
		for _, to := range engines {
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				t.Parallel()
				test(t, from.open, to.open)
			})
		}
	}
}

// stock is what a journal holds in a test. It goes on as a real one does.
type stock struct {
	j     *Journal
	teams []*chain
}

const stockTeams = 12

// stocked fills a journal: every table, several pages of the larger ones, teams of every size.
func stocked(t testing.TB, j *Journal) *stock {
	t.Helper()
	s := &stock{j: j}
	for i := range stockTeams {
		s.teams = append(s.teams, &chain{team: fmt.Sprintf("team-%02d", i)})
	}
	s.teams = append(s.teams, &chain{team: "$operator"}, &chain{team: "é ' 東京"})
	for i, c := range s.teams {
		must(t, j.Append(t.Context(), Batch{Entries: c.fill(1 + i*i)}))
	}
	var people []Person
	for i := range pageSize + 1 {
		people = append(people, Person{"team-01", fmt.Sprint("user-", i), "Ada 東京", "ada@acme.example"})
	}
	must(t, j.Append(t.Context(), Batch{People: people, Outbox: []Notice{{"team-01", "request/é/asked", "told", 7, []byte(`{"who":"東京"}`)}},
		Invitations: []Invitation{{"team-01", "user-1", Hash{1}, 7, 8, 0, ""}, {"team-01", "user-2", Hash{2}, 7, 9, 8, "key"}}}))
	for _, c := range s.teams {
		s.snapshot(t, c)
	}
	must(t, j.SetMeta(t.Context(), "clock", "real"))
	s.key(t, "one", nil)
	s.key(t, "two", int64(7))
	return s
}

func (s *stock) snapshot(t testing.TB, c *chain) {
	t.Helper()
	must(t, s.j.SaveSnapshot(t.Context(), Snapshot{Team: c.team, Seq: int64(len(c.all)), Hash: c.head(), Body: []byte(strings.Repeat(c.team, 50))}))
}

func (s *stock) key(t testing.TB, id string, expires any) {
	t.Helper()
	_, err := s.j.Writer().ExecContext(t.Context(), `INSERT INTO api_key (lookup, team, id, role, hash, created_at, expires_at)
		VALUES ($1, 'team-00', $2, 'product', $3, 1, $4)`, "lookup-"+id, id, []byte{0, 255}, expires)
	must(t, err)
}

// goOn changes a bit of everything.
func (s *stock) goOn(t testing.TB) {
	t.Helper()
	ctx, c := t.Context(), s.teams[3]
	must(t, s.j.Append(ctx, Batch{Entries: c.fill(5), People: []Person{{"team-01", "user-7", "Grace", "grace@acme.example"}},
		Outbox: []Notice{{c.team, fmt.Sprint("late/", len(c.all)), "told", 8, []byte(`{}`)}}}))
	late := &chain{team: fmt.Sprint("late-", len(s.teams))}
	s.teams = append(s.teams, late)
	must(t, s.j.Append(ctx, Batch{Entries: late.fill(3)}))
	must(t, s.j.ErasePerson(ctx, "team-01", "user-9"))
	s.snapshot(t, c)
	s.key(t, late.team, nil)
	must(t, s.j.SetMeta(ctx, "clock_now", late.team))
}

// copied is a whole copy.
func copied(t testing.TB, from, to *Journal) Copied {
	t.Helper()
	c, err := NewCopy(t.Context(), from, to)
	must(t, err)
	defer c.Close()
	must(t, c.Run(t.Context(), func(Copied) {}))
	must(t, c.Finish(t.Context()))
	return c.Copied
}

// sameHoldings looks at all rows, by the sums and, since those are ours, by reading every entry.
func sameHoldings(t testing.TB, s *stock, to *Journal) {
	t.Helper()
	want, err := s.j.Holdings(t.Context())
	must(t, err)
	got, err := to.Holdings(t.Context())
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the copy holds something else (-want +got):\n%s", diff)
	}
	for _, c := range s.teams {
		same(t, c.all, read(t, to, c.team, 0))
	}
	must(t, to.CheckWhole(t.Context()))
}

func TestCopy(t *testing.T) {
	testCopies(t, func(t *testing.T, from, to func(testing.TB) *Journal) {
		source, target := stocked(t, from(t)), to(t)
		entries := 0
		for _, c := range source.teams {
			entries += len(c.all)
		}
		want := Copied{Teams: len(source.teams), Entries: int64(entries), Done: int64(entries)}
		if diff := cmp.Diff(want, copied(t, source.j, target)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		sameHoldings(t, source, target)
		page, err := target.Page(t.Context(), "team-03", 0, 1)
		must(t, err)
		same(t, source.teams[3].all[:1], page)

		// Once more there is nothing to do, and what the source did since is brought after it.
		want.Before = want.Entries
		if diff := cmp.Diff(want, copied(t, source.j, target)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		source.goOn(t)
		want.Teams, want.Entries, want.Done = want.Teams+1, want.Entries+8, want.Done+8
		if diff := cmp.Diff(want, copied(t, source.j, target)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		sameHoldings(t, source, target)
		must(t, target.Append(t.Context(), Batch{Entries: source.teams[0].fill(1)})) // it is a journal like any other
	})
}

// An empty journal can be copied, too.
func TestCopyNothing(t *testing.T) {
	testCopies(t, func(t *testing.T, from, to func(testing.TB) *Journal) {
		target := to(t)
		if diff := cmp.Diff(Copied{}, copied(t, from(t), target)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		must(t, target.CheckWhole(t.Context()))
	})
}

// fused is a context that is cancelled when it has been looked at a number of times, wherever that may be.
type fused struct {
	context.Context
	mu     *sync.Mutex
	left   *int
	cancel context.CancelFunc
}

func newFused(ctx context.Context, n int) (fused, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	return fused{ctx, new(sync.Mutex), &n, cancel}, cancel
}

func (f fused) burn() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if *f.left--; *f.left == 0 {
		f.cancel()
	}
}

func (f fused) Done() <-chan struct{} { f.burn(); return f.Context.Done() }
func (f fused) Err() error            { f.burn(); return f.Context.Err() }

// Wherever a copy is interrupted, the target says that it is not whole, and copying again makes it so.
func TestCopyInterrupted(t *testing.T) {
	testCopies(t, func(t *testing.T, from, to func(testing.TB) *Journal) {
		source, target := stocked(t, from(t)), to(t)
		interrupted := 0
		for n, whole := 1, false; !whole; n += 1 + n/3 {
			empty(t, target)
			ctx, cancel := newFused(t.Context(), n)
			err := attempt(t.Context(), ctx, source.j, target)
			cancel()
			_, begun, markErr := target.Meta(t.Context(), metaCopying)
			must(t, markErr)
			holdings, sumErr := target.Holdings(t.Context())
			must(t, sumErr)
			if err != nil && !begun && holdings[0].Rows > 0 && holdings[0].Rows < int64(source.entries()) {
				t.Fatalf("after %d looks at the context (%v) the target holds a part and does not say so", n, err)
			}
			if begun && !errors.Is(target.CheckWhole(t.Context()), ErrUnfinished) {
				t.Fatalf("after %d looks at the context a part is called whole", n)
			}
			copied(t, source.j, target)
			sameHoldings(t, source, target)
			if whole = err == nil; !whole {
				interrupted++
			}
		}
		if interrupted < 10 {
			t.Errorf("it was interrupted %d times, want more", interrupted)
		}
		t.Logf("%d interruptions", interrupted)
	})
}

func (s *stock) lists() (all [][]Entry) {
	for _, c := range s.teams {
		all = append(all, c.all)
	}
	return all
}

// empty makes a journal one that has never held anything.
func empty(t testing.TB, j *Journal) {
	t.Helper()
	for _, table := range tables {
		_, err := j.Writer().ExecContext(t.Context(), `DELETE FROM `+table.name)
		must(t, err)
	}
}

func (s *stock) entries() (n int) {
	for _, c := range s.teams {
		n += len(c.all)
	}
	return n
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// attempt is a copy that may fail; what changes the target has a context of its own.
func attempt(ctx, running context.Context, from, to *Journal) error {
	c, err := NewCopy(ctx, from, to)
	if err != nil {
		return err
	}
	err = c.Run(running, func(Copied) {})
	if err == nil {
		err = c.Finish(running)
	}
	return errors.Join(err, c.Close())
}

// A source that goes on between two attempts is copied as it is at the last.
func TestCopyGoesOnAfterItsSourceDid(t *testing.T) {
	testCopies(t, func(t *testing.T, from, to func(testing.TB) *Journal) {
		source, target := stocked(t, from(t)), to(t)
		c, err := NewCopy(t.Context(), source.j, target)
		must(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		err = c.Run(ctx, func(now Copied) {
			if now.Done > 0 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("run gives %v, want %v", err, context.Canceled)
		}
		must(t, c.Close())
		source.goOn(t)
		again, err := NewCopy(t.Context(), source.j, target)
		must(t, err)
		if !again.Begun || again.Before == 0 || again.Before >= again.Entries {
			t.Errorf("got %+v, want a copy that goes on after a part", again.Copied)
		}
		must(t, again.Close())
		copied(t, source.j, target)
		sameHoldings(t, source, target)
	})
}

// refused holds that a copy is refused and changes nothing.
func refused(t *testing.T, from, to *Journal, want error) {
	t.Helper()
	before, err := to.Holdings(t.Context())
	must(t, err)
	if err := attempt(t.Context(), t.Context(), from, to); !errors.Is(err, want) {
		t.Errorf("the copy gives %v, want %v", err, want)
	}
	after, err := to.Holdings(t.Context())
	must(t, err)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("a refused copy has changed something (-before +after):\n%s", diff)
	}
	if err := to.CheckWhole(t.Context()); err != nil {
		t.Errorf("a refused copy has left its mark: %v", err)
	}
}

func TestCopyRefused(t *testing.T) {
	testCopies(t, func(t *testing.T, from, to func(testing.TB) *Journal) {
		source, target := stocked(t, from(t)), to(t)
		for name, use := range map[string]func(t *testing.T, target *stock){
			"a team of its own": func(t *testing.T, target *stock) {
				must(t, target.j.Append(t.Context(), Batch{Entries: (&chain{team: "its own"}).fill(1)}))
			},
			"more entries than the source": func(t *testing.T, target *stock) {
				must(t, target.j.Append(t.Context(), Batch{Entries: target.teams[0].fill(1)}))
			},
			"a key": func(t *testing.T, target *stock) { target.key(t, "its own", nil) },
			"a key that was revoked": func(t *testing.T, target *stock) {
				_, err := target.j.Writer().ExecContext(t.Context(), `UPDATE api_key SET revoked_at = 5 WHERE id = 'one'`)
				must(t, err)
			},
			"a word": func(t *testing.T, target *stock) { must(t, target.j.SetMeta(t.Context(), "clock", "virtual")) },
			"a person that was erased": func(t *testing.T, target *stock) {
				must(t, target.j.ErasePerson(t.Context(), "team-01", "user-1"))
			},
		} {
			t.Run(name, func(t *testing.T) {
				empty(t, target)
				copied(t, source.j, target)
				use(t, &stock{target, []*chain{{team: source.teams[0].team, all: slices.Clone(source.teams[0].all)}}})
				refused(t, source.j, target, ErrOwnData)
			})
		}
		t.Run("used before", func(t *testing.T) {
			empty(t, target)
			must(t, target.SetMeta(t.Context(), "clock", "real"))
			refused(t, source.j, target, ErrOwnData)
		})
		t.Run("a part of another source", func(t *testing.T) {
			empty(t, target)
			other := chain{team: source.teams[5].team}
			must(t, target.Append(t.Context(), Batch{Entries: other.next("other")}))
			must(t, target.SetMeta(t.Context(), metaCopying, "another"))
			if err := attempt(t.Context(), t.Context(), source.j, target); !errors.Is(err, ErrOwnData) || !strings.Contains(err.Error(), "entry 1 of team-05") {
				t.Errorf("the copy gives %v, want %v with the entry", err, ErrOwnData)
			}
			same(t, other.all, read(t, target, other.team, 0))
		})
		t.Run("used since it was looked at", func(t *testing.T) {
			empty(t, target)
			c, err := NewCopy(t.Context(), source.j, target)
			must(t, err)
			defer c.Close()
			must(t, target.SetMeta(t.Context(), "clock", "real"))
			if err := c.Run(t.Context(), func(Copied) {}); !errors.Is(err, ErrOwnData) {
				t.Errorf("the copy gives %v, want %v", err, ErrOwnData)
			}
			must(t, target.CheckWhole(t.Context()))
		})
		t.Run("the source is a part", func(t *testing.T) {
			must(t, source.j.SetMeta(t.Context(), metaCopying, "another"))
			empty(t, target)
			refused(t, source.j, target, ErrUnfinished)
		})
	})
}

// A journal is not copied into itself, which would empty its tables for a while.
func TestCopyIntoItself(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			there := e.open(t)
			copied(t, stocked(t, e.open(t)).j, there) // untouched since: only its mark tells
			refused(t, there, there, ErrSamePlace)
		})
	}
}

// Damage is found before it is copied, and the target never counts as whole.
func TestCopyDamaged(t *testing.T) {
	testCopies(t, func(t *testing.T, from, to func(testing.TB) *Journal) {
		source, target := stocked(t, from(t)), to(t)
		for _, change := range []string{
			`UPDATE entry SET body = REPLACE(body, 'charge', 'cHarge') WHERE team = 'team-04' AND seq = 7`,
			`DELETE FROM entry WHERE team = 'team-04' AND seq = 7`,
			`UPDATE entry SET hash = (SELECT hash FROM entry WHERE team = 'team-04' AND seq = 8) WHERE team = 'team-04' AND seq = 7`,
		} {
			empty(t, target)
			restore(t, source.j, slices.Concat(source.lists()...))
			_, err := source.j.Writer().ExecContext(t.Context(), change)
			must(t, err)
			err = attempt(t.Context(), t.Context(), source.j, target)
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "entry 7 of team-04") {
				t.Errorf("%s: the copy gives %v, want %v with the entry", change, err, ErrDamaged)
			}
			if err := target.CheckWhole(t.Context()); !errors.Is(err, ErrUnfinished) {
				t.Errorf("%s: the target says %v, want %v", change, err, ErrUnfinished)
			}
		}
	})
}

// Of two copies into one place at once, at most one finishes, and not with the other's rows.
func TestCopyTwice(t *testing.T) {
	testCopies(t, func(t *testing.T, from, to func(testing.TB) *Journal) {
		one, other, target := stocked(t, from(t)), from(t), to(t)
		must(t, other.SetMeta(t.Context(), "clock", "virtual"))
		first, err := NewCopy(t.Context(), one.j, target)
		must(t, err)
		defer first.Close()
		second, err := NewCopy(t.Context(), other, target)
		must(t, err)
		defer second.Close()
		must(t, first.Run(t.Context(), func(Copied) {}))
		if err := second.Run(t.Context(), func(Copied) {}); !errors.Is(err, ErrDifferent) {
			t.Errorf("the second gives %v, want %v", err, ErrDifferent)
		}
		if err := first.Finish(t.Context()); !errors.Is(err, ErrDifferent) {
			t.Errorf("the first finishes with %v, want %v", err, ErrDifferent)
		}
		if err := target.CheckWhole(t.Context()); !errors.Is(err, ErrUnfinished) {
			t.Errorf("the target says %v, want %v", err, ErrUnfinished)
		}
	})
}

// While a writer appends to all teams at once, a frozen journal shows one cut, and so does a copy.
func TestCopyWhileWritten(t *testing.T) {
	testCopies(t, func(t *testing.T, from, to func(testing.TB) *Journal) {
		source := from(t)
		chains := make([]chain, 8)
		step := func() error {
			var b Batch
			for i := range chains {
				chains[i].team = fmt.Sprint("team-", i)
				b.Entries = append(b.Entries, chains[i].fill(1)...)
			}
			b.People = []Person{{"team-0", "count", fmt.Sprint(len(chains[0].all)), ""}}
			return source.Append(t.Context(), b)
		}
		for range 50 {
			must(t, step())
		}
		stop, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			for {
				select {
				case <-stop:
					return
				default:
					if err := step(); err != nil {
						t.Error(err)
						return
					}
				}
			}
		}()
		target, moved := to(t), 0
		for range 3 {
			empty(t, target)
			moved += btoi(copiedInOneCut(t, source, target, len(chains)))
		}
		close(stop)
		<-ended
		if moved == 0 {
			t.Error("the source did not move during any copy, or it was not seen")
		}
	})
}

// copiedInOneCut says whether the source has moved on since.
func copiedInOneCut(t *testing.T, source, target *Journal, teams int) bool {
	t.Helper()
	c, err := NewCopy(t.Context(), source, target)
	must(t, err)
	defer c.Close()
	must(t, c.Run(t.Context(), func(Copied) {}))
	moved, err := c.Moved(t.Context())
	must(t, err)
	must(t, c.Finish(t.Context()))
	steps := c.Entries / int64(teams)
	for i := range teams {
		if r, err := Verify(t.Context(), target, fmt.Sprint("team-", i), nil); err != nil || r.BrokenAt != 0 || r.Entries != steps {
			t.Errorf("team %d has %+v (%v), want %d entries as all have", i, r, err, steps)
		}
	}
	must(t, target.People(t.Context(), "team-0", func(p Person) error {
		if p.Name != fmt.Sprint(steps) {
			t.Errorf("the person is of step %s, the entries are of %d", p.Name, steps)
		}
		return nil
	}))
	return moved
}

func TestFreeze(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			j := e.open(t)
			s := stocked(t, j)
			ctx, cancel := context.WithCancel(t.Context())
			frozen, err := j.Freeze(ctx)
			must(t, err)
			before, err := frozen.Holdings(t.Context())
			must(t, err)
			teams, err := frozen.Teams(t.Context())
			must(t, err)
			entries, err := frozen.After(t.Context(), []Head{{Team: teams[0]}})
			must(t, err)
			s.goOn(t)
			after, err := frozen.Holdings(t.Context())
			must(t, err)
			if again, err := frozen.After(t.Context(), []Head{{Team: teams[0]}}); err != nil || len(again) != len(entries) || len(again) == 0 {
				t.Errorf("of %s it has %d entries and then %d, %v", teams[0], len(entries), len(again), err)
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("it has moved (-before +after):\n%s", diff)
			}
			must(t, frozen.Ping(t.Context()))
			if err := frozen.Append(t.Context(), Batch{Entries: (&chain{team: "x"}).fill(1)}); !errors.Is(err, ErrReadOnly) {
				t.Errorf("append to it gives %v, want %v", err, ErrReadOnly)
			}
			cancel()
			must(t, frozen.Close())
			must(t, frozen.Close())
			must(t, j.Ping(t.Context()))
			if now, err := j.Holdings(t.Context()); err != nil || cmp.Equal(before, now) {
				t.Errorf("the journal itself has not moved, or %v", err)
			}
		})
	}
}

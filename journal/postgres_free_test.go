package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/daypass/daypass/journal/pgtest"
)

// TestExpectedFree: who has written last to a team inserts without looking, finds a place that another has taken, is
// careful then, and learns when the database has lost what it had kept: with few entries, and with so many that they are
// streamed.
func TestExpectedFree(t *testing.T) {
	for _, more := range []int{0, streamsFrom} {
		t.Run(fmt.Sprint(more, " more"), func(t *testing.T) { testExpectedFree(t, more) })
	}
}

func testExpectedFree(t *testing.T, more int) {
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
	must(t, j.Append(ctx, Batch{Heads: heads, Last: last, Entries: slices.Concat(acme.fill(3+more), bolt.fill(1))}))
	if careful.left.Load() > 0 {
		t.Error("places that were free were taken for taken")
	}
	last, heads = head(bolt, false), []Head{head(acme, true), head(bolt, true)}
	rival := chain{"acme", slices.Clone(acme.all)}
	must(t, other.Append(ctx, Batch{Heads: []Head{head(acme, false)}, Entries: rival.next("the rival's")}))
	before := slices.Clone(acme.all)
	err := j.Append(ctx, Batch{Heads: heads, Last: last, Entries: slices.Concat(acme.fill(2+more), bolt.fill(2))})
	var c *Conflict
	if !errors.As(err, &c) || !slices.Equal(c.Teams, []string{"acme"}) || c.Forgotten {
		t.Fatalf("append gives %v, want the conflict of acme", err)
	}
	if careful.left.Load() == 0 {
		t.Error("a place was taken, and no care is taken from now on")
	}
	same(t, append(before, rival.all[len(rival.all)-1]), read(t, j, "acme", 0))
	same(t, bolt.all, read(t, j, "bolt", 0))

	careful.left.Store(0)
	last, heads = head(bolt, false), []Head{{Team: "bolt", Seq: int64(len(bolt.all)), Hash: bolt.head(), Mine: true}}
	_, err = j.Writer().ExecContext(ctx, `DELETE FROM entry WHERE team = 'bolt' AND seq = $1`, last.Seq)
	must(t, err)
	kept := slices.Clone(bolt.all[:len(bolt.all)-1])
	err = j.Append(ctx, Batch{Heads: heads, Last: last, Entries: bolt.fill(1 + more)})
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
				j.ins.(postgresInserter).careful.left.Store(0)
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
	found := verified(t, openedPostgres(t, address), teams)
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

// TestStreamAsks: a stream writes nothing, and says why, when what it was decided on has moved, and leaves what servers
// fight over to the statement that waits for its turn. What is in it comes out as it went in.
func TestStreamAsks(t *testing.T) {
	ctx, j := t.Context(), openedPostgres(t, pgtest.URL(t))
	acme, base := chain{team: `o'hara\'); DROP TABLE entry --`}, chain{team: "Ünternehmen"}
	must(t, j.Append(ctx, Batch{Entries: base.fill(1)}))
	must(t, j.Append(ctx, Batch{Entries: acme.fill(1)}))
	batch := func(bodies ...string) Batch {
		head := Head{Team: acme.team, Seq: int64(len(acme.all)), Hash: acme.head(), Mine: true}
		b := Batch{Heads: []Head{head}, Last: head, Base: []Head{{Team: base.team, Seq: 1, Hash: base.all[0].Hash}}, Rivals: new([]string)}
		for _, body := range bodies {
			b.Entries = append(b.Entries, acme.next(body)...)
		}
		b.Entries = append(b.Entries, acme.fill(streamsFrom)...)
		if !streams(b) {
			t.Fatal("it is not streamed")
		}
		return b
	}
	must(t, j.Append(ctx, batch("", "\\N", "a\tb\nc", "€ 日本", strings.Repeat("x", 200_000))))
	same(t, acme.all, read(t, j, acme.team, 0))

	must(t, j.WantTurns(ctx, acme.team))
	b := batch()
	must(t, j.Append(ctx, b))
	if !slices.Equal(*b.Rivals, []string{acme.team}) {
		t.Errorf("the rivals are %v", *b.Rivals)
	}
	ask := func(held ...string) error {
		last := Head{Team: acme.team, Seq: int64(len(acme.all)), Hash: acme.head()}
		return onWriter(t, j, func(conn *pgx.Conn) error {
			_, err := conn.PgConn().Exec(ctx, question(Batch{Held: held, Last: last})).ReadAll()
			return err
		})
	}
	if isStreamed(t, j) {
		if err := ask(base.team); postgresCode(err) != notSo {
			t.Errorf("in the turn at another team: %v", err)
		}
		must(t, ask(base.team, acme.team))
	}
	must(t, j.EndTurns(ctx, acme.team))

	before := slices.Clone(acme.all)
	must(t, j.Append(ctx, Batch{Entries: base.fill(1)}))
	var c *Conflict
	if err := j.Append(ctx, batch()); !errors.As(err, &c) || len(c.Teams) > 0 || c.Forgotten {
		t.Errorf("append gives %v, want that the base has moved", err)
	}
	same(t, before, read(t, j, acme.team, 0))
}

// onWriter does something with a connection of the journal's.
func onWriter(t *testing.T, j *Journal, do func(*pgx.Conn) error) error {
	t.Helper()
	conn, err := j.Writer().Conn(t.Context())
	must(t, err)
	defer conn.Close()
	return conn.Raw(func(driverConn any) error { return do(driverConn.(*stdlib.Conn).Conn()) })
}

// isStreamed reports whether the journal's connection streams: one to a server does, and one to a pooler that hands each
// transaction to another connection does not.
func isStreamed(t *testing.T, j *Journal) (known bool) {
	t.Helper()
	must(t, onWriter(t, j, func(conn *pgx.Conn) (err error) {
		known, err = prepare(t.Context(), conn)
		return err
	}))
	if !known && os.Getenv(pgtest.Environment) == "" {
		t.Fatal("a connection to a server does not stream")
	}
	return known
}

// TestStreamForgotten: where what was prepared is not there any more, nothing is streamed from then on, and nothing is
// lost.
func TestStreamForgotten(t *testing.T) {
	ctx, j := t.Context(), openedPostgres(t, pgtest.URL(t))
	acme := chain{team: "acme"}
	must(t, j.Append(ctx, Batch{Entries: acme.fill(1)}))
	if !isStreamed(t, j) {
		t.Skip("behind a pooler nothing is streamed")
	}
	must(t, onWriter(t, j, func(conn *pgx.Conn) error {
		_, err := conn.PgConn().Exec(ctx, `DEALLOCATE `+preparedQuestion).ReadAll()
		return err
	}))
	for range 2 {
		head := Head{Team: acme.team, Seq: int64(len(acme.all)), Hash: acme.head(), Mine: true}
		must(t, j.Append(ctx, Batch{Heads: []Head{head}, Last: head, Entries: acme.fill(streamsFrom)}))
		must(t, onWriter(t, j, func(conn *pgx.Conn) error {
			if known, err := prepare(ctx, conn); known || err != nil {
				t.Errorf("it is streamed as before: %v, %v", known, err)
			}
			return nil
		}))
	}
	same(t, acme.all, read(t, j, "acme", 0))
}

// TestStreamStandsStill: a server that stops in the middle of a stream, however long, keeps no other from writing at the
// same place, and finds it taken when it goes on.
func TestStreamStandsStill(t *testing.T) {
	ctx, address := t.Context(), pgtest.URL(t)
	j, other := openedPostgres(t, address), openedPostgres(t, address)
	acme, rival := chain{team: "acme"}, chain{team: "acme"}
	rows, sent := appendRows(nil, acme.fill(streamsBelow-1)), make(chan struct{})
	rest, ended := make(chan struct{}), make(chan error)
	go func() {
		conn, err := j.Writer().Conn(ctx)
		if err != nil {
			ended <- err
			return
		}
		defer conn.Close()
		ended <- conn.Raw(func(driverConn any) error {
			trailer := len(rows) - 2
			_, err := driverConn.(*stdlib.Conn).Conn().PgConn().CopyFrom(ctx, io.MultiReader(bytes.NewReader(rows[:trailer]),
				&pause{sent, rest}, bytes.NewReader(rows[trailer:])), streamEntries)
			return err
		})
	}()
	<-sent
	time.Sleep(100 * time.Millisecond) // it is on its way to the database
	soon, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := other.Writer().ExecContext(soon, `INSERT INTO entry (team, seq, body, hash) VALUES ('acme', 1, $1, $2)`,
		string(rival.fill(1)[0].Body), rival.all[0].Hash[:])
	must(t, err)
	close(rest)
	if err := <-ended; !placeTaken(err) {
		t.Errorf("the stream ends with %v, want that the place is taken", err)
	}
	same(t, rival.all, read(t, j, "acme", 0))
}

// pause is a reader without anything in it that says when it is reached, and ends when it is let.
type pause struct {
	reached chan<- struct{}
	let     <-chan struct{}
}

func (p *pause) Read([]byte) (int, error) {
	close(p.reached)
	<-p.let
	return 0, io.EOF
}

// TestCare lasts the longer the sooner a place is taken again, and is short again after as many that were free.
func TestCare(t *testing.T) {
	var c care
	lasts := func(want int) {
		t.Helper()
		if c.is() {
			t.Fatal("it is careful already")
		}
		c.taken()
		got := 0
		for c.is() {
			got++
		}
		if got != want {
			t.Errorf("it was careful for %d appends, want %d", got, want)
		}
	}
	lasts(carefulFor)
	lasts(2 * carefulFor)
	for range 100 {
		c.taken()
		for c.is() {
		}
	}
	lasts(carefulMost)
	for range carefulMost / 2 {
		c.free()
	}
	lasts(carefulMost / 2)
	for range carefulMost {
		c.free()
	}
	lasts(carefulFor)
}

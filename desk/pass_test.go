package desk

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/daypass/daypass/license"
)

// other passes everything on to one desk, as if that had every team.
type other struct {
	desk   *Desk
	passed int
	gone   bool
}

func (o *other) Reached() bool { return !o.gone }

func (o *other) Has(string) bool { return !o.gone }

func (o *other) Pass(c *Call) (Reply, bool) {
	if o.gone {
		return Reply{}, false
	}
	o.passed++
	replies := make(chan *Reply, 1)
	o.desk.CarryOut(context.Background(), from(*c, "b"), func(r *Reply) { replies <- r })
	r := <-replies
	return *r, !r.Undone
}

func from(c Call, server string) Call {
	c.From = server
	return c
}

// TestPassed asks the same of a desk that decides and of one that passes on, on a journal of its own each: the answers are
// the same, and so is what they leave.
func TestPassed(t *testing.T) {
	ctx := t.Context()
	a, b := pair(t, newShared())
	o := &other{desk: a}
	b.opts.Others = o
	b.crossed.note("acme", 0)
	alone, _ := pair(t, newShared())

	type answer struct {
		Answers []Answer
		Errors  []string
		Closed  Closed
		Error   string
	}
	word := func(err error) string {
		if err == nil {
			return ""
		}
		return err.Error()
	}
	open := func(c license.Open) func(*Desk) answer {
		return func(d *Desk) answer {
			got, err := d.Open(ctx, "acme", c)
			return answer{Answers: []Answer{got}, Error: word(err)}
		}
	}
	renew := func(c license.Renew) func(*Desk) answer {
		return func(d *Desk) answer {
			got, err := d.Renew(ctx, "acme", c)
			return answer{Answers: []Answer{got}, Error: word(err)}
		}
	}
	end := func(session string) func(*Desk) answer {
		return func(d *Desk) answer {
			got, err := d.CloseSession(ctx, "acme", license.Close{Session: session})
			return answer{Closed: got, Error: word(err)}
		}
	}
	all := func(cs ...license.Open) func(*Desk) answer {
		return func(d *Desk) answer {
			got, errs, err := d.OpenAll(ctx, "acme", cs)
			a := answer{Answers: got, Error: word(err)}
			for _, err := range errs {
				a.Errors = append(a.Errors, word(err))
			}
			return a
		}
	}
	asked := 0
	for what, ask := range []func(*Desk) answer{
		open(license.Open{Session: "s1", User: "ben", Product: "autocad"}),
		open(license.Open{Session: "s2", User: "ben", Product: "autocad"}),
		open(license.Open{Session: "s1", User: "ben", Product: "autocad"}),
		open(license.Open{Session: "s1", User: "ben", Product: "autocad", Device: "another"}),
		open(license.Open{Session: "s3", User: "nobody", Product: "autocad"}),
		open(license.Open{Session: "s3", User: "ben", Product: "autocad", DryRun: true}),
		renew(license.Renew{Session: "s1", InUse: true}),
		renew(license.Renew{Session: "unknown", InUse: true}),
		all(license.Open{Session: "s4", User: "ben", Product: "autocad"}, license.Open{Session: "s1", User: "ben", Product: "autocad", Version: "other"},
			license.Open{Session: "s5", User: "nobody", Product: "autocad"}),
		end("s2"),
		end("s2"),
		end("unknown"),
	} {
		asked++
		want, got := ask(alone), ask(b)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(license.LimitState{})); diff != "" {
			t.Errorf("%d: passed on it is answered otherwise (-alone +passed)\n%s", what, diff)
		}
		if o.passed != asked {
			t.Errorf("%d: %d calls of %d were passed on", what, o.passed, asked)
		}
	}
	want, _, err := alone.Balance(ctx, "acme")
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := b.Balance(ctx, "acme"); err != nil || got.Available != want.Available {
		t.Errorf("%v are left (%v), want %v", got.Available, err, want.Available)
	}

	// What the other does not do this one does, also when it has done it without saying so.
	o.gone = true
	a.Close()
	o.desk = a
	if got, err := b.Open(ctx, "acme", license.Open{Session: "s1", User: "ben", Product: "autocad"}); err != nil || !got.Replayed {
		t.Errorf("got %+v (%v), want the first answer", got, err)
	}
	o.gone = false
	if got, err := b.Open(ctx, "acme", license.Open{Session: "s9", User: "ben", Product: "autocad"}); err != nil || got.Code != license.CodePassLive {
		t.Errorf("got %+v (%v) beside a desk that is closed", got, err)
	}
}

// TestGivenUp decides nothing for a server that has given up waiting, and says so: neither at once nor when a race was lost
// meanwhile.
func TestGivenUp(t *testing.T) {
	for _, lost := range []bool{false, true} {
		m := newShared()
		a, _ := pair(t, m)
		ctx, cancel := context.WithCancel(t.Context())
		if lost {
			m.refuse = func(string) bool { cancel(); return ctx.Err() != nil }
		} else {
			cancel()
		}
		replies := make(chan *Reply, 1)
		a.CarryOut(ctx, Call{Team: "acme", Open: &license.Open{Session: "s1", User: "ben", Product: "autocad"}}, func(r *Reply) { replies <- r })
		if r := <-replies; !r.Undone {
			t.Errorf("got %+v, want that nothing was done", r)
		}
		m.mu.Lock()
		m.refuse = nil
		m.mu.Unlock()
		if got, _, err := a.Balance(t.Context(), "acme"); err != nil || got.Available != 1000*license.Token {
			t.Errorf("%v are left (%v), want all", got.Available, err)
		}
	}
}

// TestCrossed says of a team that is asked of several servers that it is, and of one that is asked of this one that it is
// not.
func TestCrossed(t *testing.T) {
	var now time.Duration
	c := &crossed{running: func() time.Duration { return now }}
	is := func(team string, want bool) {
		t.Helper()
		if c.is(team) != want {
			t.Errorf("after %v %s is crossed: %v", now, team, !want)
		}
	}
	is("acme", false)
	c.note("acme", time.Second)
	is("acme", true)
	is("umbra", false)
	now += time.Hour
	is("acme", true)
	c.keep("acme")
	is("acme", false)
	now += time.Minute
	c.note("acme", 2*time.Minute) // what it finds now it has passed on itself
	is("acme", false)
	c.note("acme", time.Second) // but not what came after it wrote again
	is("acme", true)

	for range 2 {
		now += 2 * time.Second
		for n := range manyCrossed - 1 {
			c.note(fmt.Sprint("team ", now, n), time.Second)
			c.note(fmt.Sprint("team ", now, n), time.Second) // a team counts once
		}
		is("umbra", false)
	}
	c.note("one more", time.Second)
	is("umbra", true)
	c.keep("umbra")
	is("umbra", false)
	is("acme", true)
	c.note("umbra", 0)
	is("umbra", true)
}

// TestCrossedByCalls: a server to which calls of many teams are passed knows that any server is asked for any team, before it
// has lost a race itself.
func TestCrossedByCalls(t *testing.T) {
	a, _ := pair(t, newShared())
	a.opts.Others = &other{gone: true}
	a.crossed.running = func() time.Duration { return time.Minute } // all of it is within a second
	o := &other{desk: a}
	pass := func(i int) {
		t.Helper()
		found(t, a, fmt.Sprint("team-", i))
		if r, ok := o.Pass(&Call{Team: fmt.Sprint("team-", i), Close: &license.Close{Session: "none"}}); !ok || r.Failed != "" {
			t.Fatal(r, ok)
		}
	}
	for i := range manyCrossed - 1 {
		pass(i)
	}
	if a.crossed.is("acme") {
		t.Error("a few teams do not show that")
	}
	pass(manyCrossed)
	if !a.crossed.is("acme") {
		t.Error("many teams do")
	}
}

// TestAlone gives a team back to the server that alone has asked for it for long, and not while this one is asked, too.
func TestAlone(t *testing.T) {
	clock := NewVirtualClock(start)
	m := newShared()
	a := opened(t, m, clock, Options{})
	o := &other{desk: a}
	b, err := New(t.Context(), m, Options{Clock: clock.Now, Others: o})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	n := 0
	open := func(d *Desk) {
		t.Helper()
		n++
		if _, err := d.Open(t.Context(), "acme", license.Open{Session: fmt.Sprint("s", n), User: "ben", Product: "autocad"}); err != nil {
			t.Error(err)
		}
	}
	wait := func(by time.Duration) {
		t.Helper()
		if err := clock.Advance(by); err != nil {
			t.Error(err)
		}
	}
	passes := func(want bool) {
		t.Helper()
		before := o.passed
		if open(b); (o.passed > before) != want {
			t.Errorf("opening %d was passed on: %v", n, !want)
		}
	}
	passes(false)
	open(a)
	passes(false) // it finds what a has written
	passes(true)
	wait(9 * time.Minute)
	open(a)
	wait(9 * time.Minute)
	passes(true)
	wait(9 * time.Minute)
	passes(true)
	wait(time.Minute)
	passes(true) // this answer says that b may have the team
	passes(false)
	passes(false) // what it has found was its own
	open(a)
	passes(false) // it finds what a has written
	passes(true)
}

// TestCrossing passes on what two desks are asked of a team once they have met there, and not before.
func TestCrossing(t *testing.T) {
	ctx := t.Context()
	a, b := pair(t, newShared())
	o := &other{desk: a}
	b.opts.Others = o
	n := 0
	open := func(d *Desk) {
		t.Helper()
		n++
		if _, err := d.Open(ctx, "acme", license.Open{Session: fmt.Sprint("s", n), User: "ben", Product: "autocad"}); err != nil {
			t.Error(err)
		}
	}
	for range 5 {
		open(b)
	}
	if o.passed > 0 {
		t.Fatal("what only one desk is asked was passed on")
	}
	open(a)
	open(b) // finds what a has written
	for range 5 {
		open(b)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := b.Open(gone, "acme", license.Open{Session: "given up", User: "ben", Product: "autocad"}); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone: %v", err)
	}
	if o.passed != 5 {
		t.Errorf("%d were passed on, want 5", o.passed)
	}
}

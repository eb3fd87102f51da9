package server

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
)

// stalled is a journal whose disk stands still while the gate is shut.
type stalled struct {
	*journal.Journal
	gate sync.RWMutex
}

func (s *stalled) Append(ctx context.Context, b journal.Batch) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	return s.Journal.Append(ctx, b)
}

// newStalled is a world whose disk can be made to stand still, with an open session of acme's.
func newStalled(t *testing.T) (*world, *stalled) {
	j, err := journal.Open(t.Context(), t.TempDir(), journal.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, j.Close()) })
	s := &stalled{Journal: j}
	var d *desk.Desk
	w := newWorld(t, func(o *Options) {
		d, err = desk.New(context.Background(), s, desk.Options{Clock: o.Clock.Now})
		must(t, err)
		t.Cleanup(d.Close)
		o.Desk = d
	})
	w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", `{"id":"kept","user":"ben","product":"revit"}`)
	return w, s
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for late := time.Now().Add(20 * time.Second); !holds(); {
		if time.Now().After(late) {
			t.Fatal("it did not come to this: " + what)
		}
		time.Sleep(time.Millisecond)
	}
}

// TestOverload has the disk stand still while far more is asked than there is room for. What has room waits; the rest
// is refused at once; a renewal and a closing are let in all the same, and so is who looks; and when the disk goes
// on, everything that was let in is answered and all is as before.
func TestOverload(t *testing.T) {
	w, disk := newStalled(t)
	const room, asked = 40, 400
	w.door.room[begins] = room
	goroutines := runtime.NumGoroutine()
	disk.gate.Lock()
	release := sync.OnceFunc(disk.gate.Unlock)
	defer release()

	var all sync.WaitGroup
	var granted, refused atomic.Int64
	open := func(i int) {
		a := w.as("operator", "POST", "/v1/teams/acme/sessions", fmt.Sprintf(`{"id":"s-%d","user":"ben","product":"autocad","version":"2026"}`, i))
		switch a.status {
		case 200:
			granted.Add(1)
		case 503:
			refused.Add(1)
			w.wantProblem(a, api.CodeBusy, "an opening without room")
		default:
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	for i := range asked {
		all.Go(func() { open(i) })
	}
	eventually(t, "all but the room is refused", func() bool { return refused.Load() == asked-room })
	if got := w.Load().Begins; got != room {
		t.Errorf("%d are on their way, want %d", got, room)
	}
	eventually(t, "only what waits is in memory", func() bool { return runtime.NumGoroutine() <= goroutines+room+10 })

	for n, call := range []struct{ verb, body string }{{"renew", `{"in_use":true}`}, {"close", ""}} {
		all.Go(func() {
			if a := w.as("acme/product", "POST", "/v1/teams/acme/sessions/kept/"+call.verb, call.body); a.status != 200 {
				t.Errorf("%s: %d %s", call.verb, a.status, a.body)
			}
		})
		eventually(t, call.verb+" is let in", func() bool { return w.Load().Keeps == int64(n+1) })
	}
	for _, target := range []string{"/healthz", "/readyz", "/v1/clock", "/v1/catalog", "/v1/teams/globex/balance", "/v1/teams/globex/ledger"} {
		w.ok("GET", target, "")
	}

	began := time.Now()
	open(asked)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a refusal took %v", took)
	}
	release()
	all.Wait()
	if granted.Load() != room {
		t.Errorf("%d of %d that were let in are granted", granted.Load(), room)
	}
	w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", `{"id":"after","user":"ben","product":"autocad","version":"2026"}`)
	if got := w.Load(); got.Begins+got.Keeps+got.Looks+got.Held != 0 {
		t.Errorf("%+v is left", got)
	}
}

// Nobody takes a team's places who is not of it: it is counted only once it is known who is calling.
func TestStrangersTakeNoPlaces(t *testing.T) {
	w := newWorld(t)
	for range 3 * calmCalls {
		for _, who := range []string{"", "guessed", "globex/product"} {
			w.as(who, "POST", "/v1/teams/acme/sessions", `{"id":"s","user":"ben","product":"revit"}`)
		}
	}
	if len(w.door.teams) != 0 {
		t.Errorf("%d teams are about", len(w.door.teams))
	}
	w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", `{"id":"s","user":"ben","product":"revit"}`)
	if len(w.door.teams) != 1 {
		t.Errorf("%d teams are about", len(w.door.teams))
	}
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/peer"
	"github.com/daypass/daypass/server"
)

// houseConfig says which data a server runs on, and how.
type houseConfig struct {
	place       place
	leaseKey    string // file of the key that signs leases; empty: lease.key in the folder, or inside the database
	clock       clockKind
	now         time.Time // where a virtual clock begins; zero: where it stood, or the real time on new data
	operatorKey string    // empty: the one that was made at the first start
	// replaceLeaseKey gives up the leases that were signed with a key that is not there any more.
	replaceLeaseKey bool
	// advertise is where other servers on the database reach this one; empty: where it listens, off: nowhere.
	advertise string
	out       io.Writer // where a credential that is made now is printed
	log       *slog.Logger
	inside    inside
}

// house is some data with all that serves it.
type house struct {
	journal *journal.Journal
	desk    *desk.Desk
	keys    *identity.Keys
	leases  api.SigningKey
	fleet   *peer.Fleet        // nil: there can be no other servers, or nothing is passed on to them
	clock   *desk.VirtualClock // nil: the real one
	ticking chan struct{}      // closed to stop following the hands that other servers move; nil: nobody follows
	log     *slog.Logger
	inside  inside
	// advertise is as of houseConfig.
	advertise string

	noting     sync.WaitGroup // of when keys were used
	stopNoting context.CancelFunc
}

// openHouse opens some data, or makes new.
func openHouse(ctx context.Context, c houseConfig) (*house, error) {
	j, err := c.place.open(ctx)
	if err != nil {
		return nil, err
	}
	h := &house{journal: j, log: c.log, inside: c.inside, advertise: c.advertise}
	// What a first start makes is made once, however many servers start.
	if err := j.Alone(ctx, func() error { return h.furnish(ctx, c) }); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if h.clock != nil && j.Shared() {
		h.ticking = make(chan struct{})
		go h.followClock()
	}
	return h, nil
}

// furnish opens what is there. The clock comes first: it refuses data of another.
func (h *house) furnish(ctx context.Context, c houseConfig) error {
	err := h.journal.CheckWhole(ctx)
	if err != nil {
		return c.place.explain(err)
	}
	if h.clock, err = openClock(ctx, h.journal, c); err != nil {
		return err
	}
	if h.leases, err = openLeaseKey(ctx, h.journal, c); err != nil {
		return err
	}
	now := time.Now
	if h.clock != nil {
		now = h.clock.Now
	}
	options := c.inside.watch(h.journal, desk.Options{Clock: now})
	if h.journal.Shared() && c.advertise != advertiseOff {
		if h.fleet, err = peer.New(rand.Text(), h.leases.Secret("servers that pass on what they are asked"), h.journal); err != nil {
			return err
		}
		options.Others = h.fleet
	}
	if h.desk, err = desk.New(ctx, h.journal, options); err != nil {
		return fmt.Errorf("the data in %s cannot be read: %w. Run daypass verify on it", c.place, err)
	}
	h.keys = identity.NewKeys(h.journal, h.desk.Now, desk.Stopwatch(), c.operatorKey)
	noting, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stopNoting = stop
	h.noting.Go(func() { h.keys.NoteUses(noting) })
	if c.operatorKey != "" {
		return nil
	}
	return openOperator(ctx, h, c)
}

// handler answers what is asked over HTTP, by callers and by other servers.
func (h *house) handler() http.Handler {
	callers := h.inside.around(h.callers())
	if h.fleet == nil {
		return callers
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == peer.Path {
			h.fleet.ServeHTTP(w, r)
			return
		}
		callers.ServeHTTP(w, r)
	})
}

// callers answers what is asked over HTTP.
func (h *house) callers() http.Handler {
	s := server.New(server.Options{Desk: h.desk, Keys: h.keys, Leases: h.leases, Clock: h.clock,
		SaveClock: h.saveClock, Ready: h.ready, Log: h.log})
	h.inside.watchLoad(s.Load)
	return s
}

// ready says why the server cannot decide now.
func (h *house) ready(ctx context.Context) error {
	if err := h.journal.Ping(ctx); err != nil {
		return err
	}
	if h.clock != nil {
		return nil
	}
	return checkClock(ctx, h.journal, time.Now)
}

// close ends the decisions, then the journal.
func (h *house) close() error {
	if h.ticking != nil {
		close(h.ticking)
	}
	if h.fleet != nil {
		if err := h.fleet.Close(); err != nil {
			h.log.Warn("other servers look for this one for some seconds more", "error", err)
		}
	}
	if h.desk != nil {
		h.desk.Close()
	}
	if h.stopNoting != nil {
		h.stopNoting()
		h.noting.Wait()
	}
	if err := h.journal.Close(); err != nil {
		return fmt.Errorf("closing the data: %w", err)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/server"
)

// houseConfig says which data a server runs on, and how.
type houseConfig struct {
	data        string
	clock       clockKind
	now         time.Time // where a virtual clock begins; zero: where it stood, or the real time on new data
	operatorKey string    // empty: the one that was made at the first start
	// replaceLeaseKey gives up the leases that were signed with a key that is not there any more.
	replaceLeaseKey bool
	out             io.Writer // where a credential that is made now is printed
	log             *slog.Logger
}

// house is a data folder with all that serves it.
type house struct {
	journal *journal.Journal
	desk    *desk.Desk
	keys    *identity.Keys
	leases  api.SigningKey
	clock   *desk.VirtualClock // nil: the real one
	log     *slog.Logger
}

// openHouse opens a data folder, or makes a new one.
func openHouse(ctx context.Context, c houseConfig) (*house, error) {
	if err := os.MkdirAll(c.data, 0o700); err != nil {
		return nil, dataError(c.data, err)
	}
	j, err := journal.Open(ctx, c.data, journal.Options{})
	if err != nil {
		return nil, dataError(c.data, err)
	}
	h := &house{journal: j, log: c.log}
	if err := h.furnish(ctx, c); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

// furnish opens what is in the folder. The clock comes first: it refuses data of another.
func (h *house) furnish(ctx context.Context, c houseConfig) error {
	var err error
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
	if h.desk, err = desk.New(ctx, h.journal, desk.Options{Clock: now}); err != nil {
		return fmt.Errorf("the data in %s cannot be read: %w. Run daypass verify --data %s", c.data, err, c.data)
	}
	h.keys = identity.NewKeys(h.journal.Writer(), h.journal.Reader(), h.desk.Now, c.operatorKey)
	if c.operatorKey != "" {
		return nil
	}
	return openOperator(ctx, h, c)
}

// handler answers what is asked over HTTP.
func (h *house) handler() http.Handler {
	return server.New(server.Options{Desk: h.desk, Keys: h.keys, Leases: h.leases, Clock: h.clock,
		SaveClock: h.saveClock, Ready: h.ready, Log: h.log})
}

// ready says why the server cannot decide now.
func (h *house) ready(ctx context.Context) error { return h.journal.Ping(ctx) }

// close ends the decisions, then the journal.
func (h *house) close() error {
	if h.desk != nil {
		h.desk.Close()
	}
	if err := h.journal.Close(); err != nil {
		return fmt.Errorf("closing the data: %w", err)
	}
	return nil
}

// dataError says what is the matter with a data folder.
func dataError(data string, err error) error {
	switch {
	case errors.Is(err, journal.ErrInUse):
		return fmt.Errorf("another server runs on the data in %s: stop it first, or choose another folder with --data", data)
	case errors.Is(err, journal.ErrSchemaNewer):
		return fmt.Errorf("the data in %s was written by a newer daypass: use that one, or another folder with --data", data)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("this account may not write to %s: give it the folder, or choose another with --data", data)
	case errors.Is(err, fs.ErrExist), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s is not a folder: choose another with --data", data)
	}
	return fmt.Errorf("cannot open the data in %s: %w", data, err)
}

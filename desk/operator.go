package desk

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// operator is the operator's journal in memory. Its changes are rare: one at a time, each its own
// transaction.
type operator struct {
	mu    sync.Mutex
	state *license.Operator
	head  journal.Hash
}

// inForce is the catalogue that is decided with, what plans unlock, and where the operator's journal ended then.
type inForce struct {
	catalog *license.Catalog
	unlocks license.Unlocks
	head    journal.Head
}

// follow folds what the operator's journal has more, and puts its catalogue in force. The lock is held.
func (o *operator) follow(ctx context.Context, d *Desk) error {
	if o.state == nil {
		o.state, o.head = license.NewOperator(), journal.Hash{}
	}
	err := d.journal.Read(ctx, license.OperatorJournal, o.state.Position, func(e journal.Entry) error {
		return addOperator(o.state, &o.head, e)
	})
	if err != nil {
		o.state = nil // begin at the first entry the next time
		return fmt.Errorf("reading the operator's journal: %w", err)
	}
	d.inForce.Store(&inForce{o.state.Catalog, o.state.Unlocks, o.place()})
	return nil
}

func (o *operator) place() journal.Head {
	return journal.Head{Team: license.OperatorJournal, Seq: o.state.Position, Hash: o.head}
}

// follow reads what other servers have written to the operator's journal.
func (d *Desk) follow(ctx context.Context) error {
	d.operator.mu.Lock()
	defer d.operator.mu.Unlock()
	return d.operator.follow(ctx, d)
}

// append makes one change of the operator's. The lock is held.
func (o *operator) append(ctx context.Context, d *Desk, by string, body license.Body) error {
	if err := o.follow(ctx, d); err != nil {
		return err
	}
	b, err := (&license.Entry{At: max(d.now(), o.state.Last), By: by, Body: body}).Encode()
	if err != nil {
		return err
	}
	entry := journal.Entry{Team: license.OperatorJournal, Seq: o.state.Position + 1, Body: b, Hash: journal.Chain(o.head, b)}
	_, err = commit(d.journal, journal.Batch{Entries: []journal.Entry{entry}, Heads: []journal.Head{o.place()}})
	if err != nil {
		return err
	}
	return o.follow(ctx, d)
}

// storageError is what a failed commit is answered with.
func storageError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, journal.ErrStorageFull):
		return errFull
	}
	return &Failure{err}
}

// SetCatalog replaces the catalogue and the price list (R2); it is in force with the next decision.
func (d *Desk) SetCatalog(ctx context.Context, by string, c license.Catalog) error {
	if _, err := license.NewCatalog(c); err != nil {
		return &license.Error{Code: "catalog_invalid", Message: err.Error()}
	}
	return d.decree(ctx, by, &license.CatalogSet{Catalog: c})
}

// decree makes a change of the operator's, behind what other servers have written.
func (d *Desk) decree(ctx context.Context, by string, body license.Body) error {
	d.operator.mu.Lock()
	defer d.operator.mu.Unlock()
	for try := 1; ; try++ {
		err := d.operator.append(ctx, d, by, body)
		if try == attempts || !errors.Is(err, journal.ErrConflict) {
			return storageError(err)
		}
	}
}

// Catalog is the catalogue in force.
func (d *Desk) Catalog(ctx context.Context) (*license.Catalog, error) {
	f, err := d.nowInForce(ctx)
	if err != nil {
		return nil, err
	}
	return f.catalog, nil
}

// nowInForce is what is in force, other servers' changes included.
func (d *Desk) nowInForce(ctx context.Context) (*inForce, error) {
	if d.journal.Shared() {
		if err := d.follow(ctx); err != nil {
			return nil, &Failure{err}
		}
	}
	return d.inForce.Load(), nil
}

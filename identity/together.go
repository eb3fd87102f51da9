package identity

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Where other servers can revoke a key, a key is remembered for a moment only, and a revocation is answered when that
// moment has passed since it was written: so every server obeys it with the next request. Requests that come while
// others are being asked about are asked about together, in one question that begins after all of them came.

const (
	// remember is for how long a key is taken for what it was when the database was asked about it.
	remember = 100 * time.Millisecond
	// lookTimeout bounds one question.
	lookTimeout = 5 * time.Second
	// Of a crowd, fewer and larger questions cost a fraction: one begins crowdEvery after the other.
	crowd      = 4
	crowdEvery = time.Millisecond
)

// asker asks the database about keys, one question at a time.
type asker struct {
	reader *sql.DB

	mu   sync.Mutex
	busy bool
	next *question // what is asked next; nil: nobody waits
}

// question is about some keys.
type question struct {
	lookups  map[string]struct{}
	requests int
	answered chan struct{}
	found    map[string]known
	err      error
}

// ask returns a key as it is now; ErrInvalid if there is none.
func (a *asker) ask(ctx context.Context, lookup string) (known, error) {
	q := a.join(lookup)
	select {
	case <-q.answered:
	case <-ctx.Done():
		return known{}, ctx.Err()
	}
	row, ok := q.found[lookup]
	switch {
	case q.err != nil:
		return known{}, q.err
	case !ok:
		return known{}, ErrInvalid
	}
	return row, nil
}

// join adds a key to the question that is asked next.
func (a *asker) join(lookup string) *question {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next == nil {
		a.next = &question{lookups: map[string]struct{}{}, answered: make(chan struct{})}
	}
	a.next.lookups[lookup] = struct{}{}
	a.next.requests++
	if !a.busy {
		a.busy = true
		go a.run()
	}
	return a.next
}

// run asks until nobody waits.
func (a *asker) run() {
	for {
		runtime.Gosched() // who can run and is about to ask is asked for, too
		a.mu.Lock()
		q := a.next
		a.next, a.busy = nil, q != nil
		a.mu.Unlock()
		if q == nil {
			return
		}
		soon := time.NewTimer(crowdEvery)
		ctx, cancel := context.WithTimeout(context.Background(), lookTimeout)
		q.found, q.err = lookUp(ctx, a.reader, slices.Collect(maps.Keys(q.lookups)))
		cancel()
		close(q.answered)
		if q.requests >= crowd {
			<-soon.C
		}
	}
}

// lookUp reads keys. Only PostgreSQL has other servers, so this text needs no other engine.
func lookUp(ctx context.Context, reader *sql.DB, lookups []string) (map[string]known, error) {
	rows, err := reader.QueryContext(ctx, `SELECT lookup, `+keyColumns+` FROM api_key WHERE lookup = ANY($1)`, lookups)
	if err != nil {
		return nil, fmt.Errorf("looking up keys: %w", err)
	}
	defer rows.Close()
	found := map[string]known{}
	for rows.Next() {
		var lookup string
		var row known
		if err := row.read(rows.Scan, &lookup); err != nil {
			return nil, fmt.Errorf("looking up keys: %w", err)
		}
		found[lookup] = row
	}
	return found, rows.Err()
}

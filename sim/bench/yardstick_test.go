package bench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite"
)

// openSQLite opens a database of its own with the journal's settings.
func openSQLite(b *testing.B, schema string) *sql.DB {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "yard.db")+
		"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

// naive charges in one transaction each and promises what the desk promises: a repeated session id finds its
// first answer, passes do not overlap, no pack goes below zero, a charge knows its draws. Its statements are
// prepared. With a connection for each caller, as database/sql gives them, callers collide at the one writer; queued
// on one connection they do not, which is the best that one transaction per charge can do.
type naive struct {
	db                                                      *sql.DB
	known, live, packs, take, session, pass, charges, draws *sql.Stmt
	clock                                                   atomic.Int64
}

func newNaive(b *testing.B, teams, connections int) *naive {
	b.Helper()
	n := &naive{db: openSQLite(b, `
		CREATE TABLE pack (team TEXT, id TEXT, remaining INTEGER CHECK (remaining >= 0), expires_at INTEGER, PRIMARY KEY (team, id));
		CREATE TABLE pass (id INTEGER PRIMARY KEY, team TEXT, user TEXT, product TEXT, from_at INTEGER, until_at INTEGER);
		CREATE UNIQUE INDEX pass_of ON pass (team, user, product, from_at);
		CREATE TABLE session (team TEXT, id TEXT, pass INTEGER, PRIMARY KEY (team, id));
		CREATE TABLE charge (id INTEGER PRIMARY KEY, team TEXT, pass INTEGER, tokens INTEGER);
		CREATE TABLE draw (charge INTEGER, pack TEXT, tokens INTEGER, PRIMARY KEY (charge, pack))`)}
	n.db.SetMaxOpenConns(connections)
	n.db.SetMaxIdleConns(connections)
	tx, err := n.db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	for t := range teams {
		for p := range 2 {
			if _, err := tx.Exec(`INSERT INTO pack VALUES ($1, $2, $3, $4)`, teamName(t), fmt.Sprint("p", p), int64(1e15), p+1); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	prepare := func(q string) *sql.Stmt {
		s, err := n.db.Prepare(q)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	n.known = prepare(`SELECT COUNT(*) FROM session WHERE team = $1 AND id = $2`)
	n.session = prepare(`INSERT INTO session (team, id, pass) VALUES ($1, $2, $3)`)
	n.draws = prepare(`INSERT INTO draw (charge, pack, tokens) VALUES ($1, $2, $3)`)
	n.live = prepare(`SELECT COALESCE(MAX(until_at), 0) FROM pass WHERE team = $1 AND user = $2 AND product = $3`)
	n.packs = prepare(`SELECT id, remaining FROM pack WHERE team = $1 AND remaining > 0 ORDER BY expires_at, id LIMIT 1`)
	n.take = prepare(`UPDATE pack SET remaining = remaining - $1 WHERE team = $2 AND id = $3`)
	n.pass = prepare(`INSERT INTO pass (team, user, product, from_at, until_at) VALUES ($1, $2, $3, $4, $5)`)
	n.charges = prepare(`INSERT INTO charge (team, pass, tokens) VALUES ($1, $2, $3)`)
	return n
}

func (n *naive) open(ctx context.Context, team, user, product string) error {
	tx, err := n.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	now := n.clock.Add(1)
	session := "s-" + strconv.FormatInt(now, 10)
	var known, until, remaining int64
	var pack string
	if err := tx.Stmt(n.known).QueryRowContext(ctx, team, session).Scan(&known); err != nil {
		return err
	}
	if err := tx.Stmt(n.live).QueryRowContext(ctx, team, user, product).Scan(&until); err != nil {
		return err
	}
	if err := tx.Stmt(n.packs).QueryRowContext(ctx, team).Scan(&pack, &remaining); err != nil {
		return err
	}
	if _, err := tx.Stmt(n.take).ExecContext(ctx, 7000, team, pack); err != nil {
		return err
	}
	pass, err := insert(ctx, tx.Stmt(n.pass), team, user, product, now, now+86_400_000)
	if err != nil {
		return err
	}
	charge, err := insert(ctx, tx.Stmt(n.charges), team, pass, 7000)
	if err != nil {
		return err
	}
	if _, err := insert(ctx, tx.Stmt(n.draws), charge, pack, 7000); err != nil {
		return err
	}
	if _, err := insert(ctx, tx.Stmt(n.session), team, session, pass); err != nil {
		return err
	}
	return tx.Commit()
}

// rate charges from a number of callers for a spell.
func (n *naive) rate(ctx context.Context, b *testing.B, callers int, teams []string) float64 {
	b.Helper()
	perSecond, _ := load(b, callers, spell, func(c int) (bool, error) {
		i := int(n.clock.Load())
		return true, n.open(ctx, teams[i%len(teams)], userName(c), productName(i%products))
	})
	return perSecond
}

func insert(ctx context.Context, s *sql.Stmt, args ...any) (int64, error) {
	r, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// plain inserts rows of the journal's shape in batches, with a prepared statement per row and nothing else.
type plain struct {
	db   *sql.DB
	row  *sql.Stmt
	seq  int64
	body string
	hash []byte
}

func newPlain(b *testing.B, body []byte) *plain {
	b.Helper()
	p := &plain{body: string(body), hash: make([]byte, 32)}
	p.db = openSQLite(b, `CREATE TABLE entry (team TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (team, seq))`)
	var err error
	if p.row, err = p.db.Prepare(`INSERT INTO entry (team, seq, body, hash) VALUES ($1, $2, $3, $4)`); err != nil {
		b.Fatal(err)
	}
	return p
}

// insert inserts one batch, its rows spread over the teams.
func (p *plain) insert(ctx context.Context, teams []string, batch int) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	row := tx.Stmt(p.row)
	for range batch {
		p.seq++
		if _, err := row.ExecContext(ctx, teams[p.seq%int64(len(teams))], p.seq, p.body, p.hash); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// syncedWrite is one write of 8 kB and its fdatasync.
func syncedWrite(b *testing.B, f *os.File) time.Duration {
	b.Helper()
	block := make([]byte, 8192)
	begin := time.Now()
	if _, err := f.Write(block); err != nil {
		b.Fatal(err)
	}
	if err := unix.Fdatasync(int(f.Fd())); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin)
}

// load runs do from a number of callers for a time and returns how many succeeded a second, and how long each
// took.
func load(b *testing.B, callers int, spell time.Duration, do func(caller int) (bool, error)) (perSecond float64, times []time.Duration) {
	b.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var done atomic.Int64
	begin := time.Now()
	for c := range callers {
		wg.Go(func() {
			var own []time.Duration
			for time.Since(begin) < spell {
				start := time.Now()
				ok, err := do(c)
				if err != nil {
					b.Error(err)
					return
				}
				if ok {
					done.Add(1)
				}
				own = append(own, time.Since(start))
			}
			mu.Lock()
			times = append(times, own...)
			mu.Unlock()
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(begin).Seconds(), times
}

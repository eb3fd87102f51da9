package bench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
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

// naive charges in one transaction each: read the live pass and the packs, take the tokens off a pack, insert
// the pass and the charge. It is what a team's rows and locks would do, at its best: prepared statements,
// one connection, no wasted retry.
type naive struct {
	db                               *sql.DB
	live, packs, take, pass, charges *sql.Stmt
	clock                            atomic.Int64
}

func newNaive(b *testing.B, teams int) *naive {
	b.Helper()
	n := &naive{db: openSQLite(b, `
		CREATE TABLE pack (team TEXT, id TEXT, remaining INTEGER CHECK (remaining >= 0), expires_at INTEGER, PRIMARY KEY (team, id));
		CREATE TABLE pass (id INTEGER PRIMARY KEY, team TEXT, user TEXT, product TEXT, from_at INTEGER, until_at INTEGER);
		CREATE UNIQUE INDEX pass_of ON pass (team, user, product, from_at);
		CREATE TABLE charge (id INTEGER PRIMARY KEY, team TEXT, pass INTEGER, pack TEXT, tokens INTEGER)`)}
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
	n.live = prepare(`SELECT COALESCE(MAX(until_at), 0) FROM pass WHERE team = $1 AND user = $2 AND product = $3`)
	n.packs = prepare(`SELECT id, remaining FROM pack WHERE team = $1 AND remaining > 0 ORDER BY expires_at, id LIMIT 1`)
	n.take = prepare(`UPDATE pack SET remaining = remaining - $1 WHERE team = $2 AND id = $3`)
	n.pass = prepare(`INSERT INTO pass (team, user, product, from_at, until_at) VALUES ($1, $2, $3, $4, $5)`)
	n.charges = prepare(`INSERT INTO charge (team, pass, pack, tokens) VALUES ($1, $2, $3, $4)`)
	return n
}

func (n *naive) open(ctx context.Context, team, user, product string) error {
	tx, err := n.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	now := n.clock.Add(1)
	var until, remaining, pass int64
	var pack string
	if err := tx.Stmt(n.live).QueryRowContext(ctx, team, user, product).Scan(&until); err != nil {
		return err
	}
	if err := tx.Stmt(n.packs).QueryRowContext(ctx, team).Scan(&pack, &remaining); err != nil {
		return err
	}
	if _, err := tx.Stmt(n.take).ExecContext(ctx, 7000, team, pack); err != nil {
		return err
	}
	r, err := tx.Stmt(n.pass).ExecContext(ctx, team, user, product, now, now+86_400_000)
	if err != nil {
		return err
	}
	if pass, err = r.LastInsertId(); err != nil {
		return err
	}
	if _, err := tx.Stmt(n.charges).ExecContext(ctx, team, pass, pack, 7000); err != nil {
		return err
	}
	return tx.Commit()
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
	p.db = openSQLite(b, `CREATE TABLE entry (team TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (team, seq)) WITHOUT ROWID`)
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

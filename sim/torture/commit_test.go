package torture

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/daypass/daypass/journal/pgtest"
)

// reader follows what a server says on one line, and knows which message commits.
type reader struct {
	prepared map[string][]byte
	dirty    bool // something was written since the last commit
	within   bool // an explicit transaction is open: only its end commits
}

var (
	writes    = regexp.MustCompile(`(?i)\b(insert into|update \w+ set|delete from)\b`)
	begins    = regexp.MustCompile(`(?i)^\s*(begin|start transaction)\b`)
	commits   = regexp.MustCompile(`(?i)^\s*(commit|end)\b`)
	rollsBack = regexp.MustCompile(`(?i)^\s*rollback\s*;?\s*$`)
)

// read reports whether a message asks for a commit: a simple query that writes or is a COMMIT, or the Sync after such
// a statement.
func (r *reader) read(message []byte) bool {
	if len(message) < 5 {
		return false
	}
	body := message[5:]
	switch message[0] {
	case 'Q':
		text, _, _ := bytes.Cut(body, []byte{0})
		r.statement(text)
		return r.commit()
	case 'P':
		name, rest, _ := bytes.Cut(body, []byte{0})
		text, _, _ := bytes.Cut(rest, []byte{0})
		if r.prepared == nil {
			r.prepared = map[string][]byte{}
		}
		r.prepared[string(name)] = text
	case 'B':
		_, rest, _ := bytes.Cut(body, []byte{0})
		name, _, _ := bytes.Cut(rest, []byte{0})
		r.statement(r.prepared[string(name)])
	case 'S':
		return r.commit()
	}
	return false
}

func (r *reader) statement(text []byte) {
	switch {
	case begins.Match(text):
		r.within = true
	case rollsBack.Match(text):
		r.within, r.dirty = false, false
	case commits.Match(text):
		r.within = false
	case writes.Match(text):
		r.dirty = true
	}
}

// commit reports whether what was written is committed now.
func (r *reader) commit() bool {
	if r.within || !r.dirty {
		return false
	}
	r.dirty = false
	return true
}

// TestCuts breaks the line at commits of each form, and holds that what arrived is there although nobody was told.
func TestCuts(t *testing.T) {
	c := pgtest.Start(t, "fsync=off")
	direct := connect(t, c.URL("postgres"))
	if _, err := direct.Exec(t.Context(), "CREATE TABLE kept (n bigint)"); err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, fmt.Sprint("127.0.0.1:", c.Port), new(counts))
	forms := map[string]func(context.Context, *pgx.Conn, int) error{
		"extended": func(ctx context.Context, c *pgx.Conn, n int) error {
			_, err := c.Exec(ctx, "INSERT INTO kept VALUES ($1)", n)
			return err
		},
		"simple": func(ctx context.Context, c *pgx.Conn, n int) error {
			_, err := c.Exec(ctx, "INSERT INTO kept VALUES ($1)", pgx.QueryExecModeSimpleProtocol, n)
			return err
		},
		"transaction": func(ctx context.Context, c *pgx.Conn, n int) error {
			return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO kept VALUES ($1)", n)
				return err
			})
		},
	}
	n := 0
	for name, insert := range forms {
		for how := range cutKinds {
			n++
			conn := connect(t, p.url("postgres"))
			if err := insert(t.Context(), conn, 0); err != nil { // statements are prepared, and nothing is cut
				t.Fatal(err)
			}
			p.force(how)
			if err := insert(t.Context(), conn, n); err == nil {
				t.Errorf("%s, cut %d: it was answered", name, how)
			}
			kept := waitFor(t, direct, n, how != cutBefore)
			if how == cutAnswer && !kept || how == cutLate && !kept || how == cutBefore && kept {
				t.Errorf("%s, cut %d: kept %v", name, how, kept)
			}
		}
	}
}

// force cuts the next commit in one way.
func (p *proxy) force(how cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cuts, p.how = 1, &how
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// waitFor waits for a row that may come.
func waitFor(t *testing.T, c *pgx.Conn, n int, may bool) (there bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if err := c.QueryRow(t.Context(), "SELECT EXISTS (SELECT 1 FROM kept WHERE n = $1)", n).Scan(&there); err != nil {
			t.Fatal(err)
		}
		if there || !may || time.Now().After(deadline) {
			return there
		}
	}
}

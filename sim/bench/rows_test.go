package bench

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/daypass/daypass/journal/pgtest"
)

// rowsSide is a yardstick of rows, as a test sees it.
type rowsSide struct {
	side
	*rows
	one    func(context.Context, rowCharge) error
	change func(context.Context, string) error
}

// rowsSides opens each of them.
var rowsSides = map[string]func(t *testing.T) rowsSide{
	"sqlite": func(t *testing.T) rowsSide {
		r, err := openSQLiteRows(t.Context(), t.TempDir(), "each.db", newWorld(Shape{"", 3, 2}, 0), 4, 4)
		must(t, err)
		return rowsSide{r, &r.rows, r.charge, func(ctx context.Context, text string) error {
			_, err := r.db.ExecContext(ctx, text)
			return err
		}}
	},
	"step by step": func(t *testing.T) rowsSide { return postgresSide(t, stepByStep) },
	"in one go":    func(t *testing.T) rowsSide { return postgresSide(t, inOneGo) },
}

func postgresSide(t *testing.T, charge chargeFunc) rowsSide {
	ctx := t.Context()
	p, err := openPostgres(ctx, pgtest.URL(t), 1)
	must(t, err)
	t.Cleanup(func() { must(t, p.close(context.Background())) })
	s, err := p.schema(ctx)
	must(t, err)
	r, err := openPostgresRows(ctx, s, newWorld(Shape{"", 3, 2}, 0), 4, 4, charge)
	must(t, err)
	conn, err := r.connect(ctx)
	must(t, err)
	t.Cleanup(func() { must(t, conn.Close(context.Background())) })
	one := func(ctx context.Context, c rowCharge) error {
		err := charge(ctx, conn, c)
		if errors.Is(err, errUncharged) && conn.PgConn().TxStatus() != 'I' {
			t.Errorf("a refusal leaves a transaction open")
		}
		return err
	}
	return rowsSide{r, &r.rows, one, func(ctx context.Context, text string) error {
		_, err := conn.Exec(ctx, text)
		return err
	}}
}

// The yardsticks promise what the desk promises, or it would be no comparison: nobody is charged twice, not for a
// session that is repeated nor inside a pass, and nobody without tokens.
func TestRowsKeepTheirPromises(t *testing.T) {
	for name, open := range rowsSides {
		t.Run(name, func(t *testing.T) {
			r, ctx := open(t), t.Context()
			_, err := r.turn(ctx, 30*time.Millisecond)
			must(t, err)
			must(t, r.check(ctx))
			c := rowCharge{"team-1", "mine", "user-1", "product-49", time.Now().UnixMilli()}
			must(t, r.one(ctx, c))
			r.charged.Add(1)
			again, inside, other, tomorrow := c, c, c, c
			again.product = "product-48"
			inside.session, inside.now = "another", c.now+86_399_999
			tomorrow.session, tomorrow.now = "tomorrow", c.now+86_400_000
			for what, c := range map[string]rowCharge{"a session that was charged": again, "a live pass": inside} {
				if err := r.one(ctx, c); !errors.Is(err, errUncharged) {
					t.Errorf("%s: got %v, want no charge", what, err)
				}
			}
			must(t, r.one(ctx, tomorrow))
			r.charged.Add(1)
			must(t, r.check(ctx))
			must(t, r.change(ctx, `UPDATE pack SET remaining = 6999`))
			other.session, other.person = "other", "user-2"
			if err := r.one(ctx, other); !errors.Is(err, errUncharged) {
				t.Errorf("too few tokens: got %v, want no charge", err)
			}
		})
	}
}

// Whatever is wrong with their rows, the check says so.
func TestRowsAuditFinds(t *testing.T) {
	for _, test := range []struct{ change, want string }{
		{`DELETE FROM charge WHERE session = 's-0-1'`, "charges are stored"},
		{`DELETE FROM session WHERE id = 's-0-1'`, "sessions are stored"},
		{`DELETE FROM pass WHERE product = 'product-0'`, "passes are stored"},
		{`DELETE FROM draw WHERE session = 's-0-1'`, "by their draws are stored"},
		{`UPDATE charge SET tokens = 14000 WHERE session = 's-0-1'`, "by what they took are stored"},
		{`UPDATE pack SET remaining = remaining - 7000 WHERE team = 'team-0' AND id = 'p0'`, "by what the packs paid are stored"},
		{`UPDATE pass SET product = 'product-0', from_at = from_at + 1000 WHERE product = 'product-1'`, "passes that overlap"},
	} {
		for name, open := range rowsSides {
			t.Run(name+"/"+test.want, func(t *testing.T) {
				r := open(t)
				for range 15 {
					c, err := r.next()
					must(t, err)
					must(t, r.one(t.Context(), c))
					r.charged.Add(1)
				}
				must(t, r.check(t.Context()))
				must(t, r.change(t.Context(), test.change))
				wantFound(t, r.check(t.Context()), test.want)
			})
		}
	}
}

// Bare rows are inserted in batches as large as the desk's.
func TestBareBatches(t *testing.T) {
	for _, callers := range []int{1, 16} {
		o := withCharges(t, opened[sqlite](t))
		p, err := openPlain(t.Context(), t.TempDir(), o)
		must(t, err)
		o.callers = callers
		if _, err = o.turn(t.Context(), 50*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		_, err = p.turn(t.Context(), 10*time.Millisecond)
		must(t, err)
		if p.size < 1 || p.size > callers || callers > 1 && p.size == 1 {
			t.Errorf("with %d callers bare rows come %d at once", callers, p.size)
		}
		must(t, p.check(t.Context()))
		_, err = p.db.Exec(`DELETE FROM entry WHERE rowid = 1`)
		must(t, err)
		wantFound(t, p.check(t.Context()), "rows, and")
		must(t, p.close())
	}
}

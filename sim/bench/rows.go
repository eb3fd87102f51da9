package bench

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/license"
)

// rowsSchema is how one transaction for each charge keeps what the desk promises, in rows: a repeated session finds
// its first answer, passes do not overlap, no pack goes below zero, a charge knows its draws. %[1]s is the type of
// text.
const rowsSchema = `
CREATE TABLE team (id %[1]s PRIMARY KEY);
CREATE TABLE pack (team %[1]s, id %[1]s, size BIGINT, remaining BIGINT CHECK (remaining >= 0), expires_at BIGINT, PRIMARY KEY (team, id));
CREATE TABLE pass (team %[1]s, person %[1]s, product %[1]s, from_at BIGINT, until_at BIGINT, PRIMARY KEY (team, person, product, from_at));
CREATE TABLE session (team %[1]s, id %[1]s, person %[1]s, product %[1]s, from_at BIGINT, PRIMARY KEY (team, id));
CREATE TABLE charge (team %[1]s, session %[1]s, tokens BIGINT, PRIMARY KEY (team, session));
CREATE TABLE draw (team %[1]s, session %[1]s, pack %[1]s, tokens BIGINT, PRIMARY KEY (team, session, pack));`

// rowsPacks are the packs of one team.
const rowsPacks = `INSERT INTO pack (team, id, size, remaining, expires_at) VALUES ($1, 'p0', $2, $2, $3), ($1, 'p1', $2, $2, $3)`

// packEnd is when the packs of the yardsticks end: never.
const packEnd = 1 << 60

// rows is what callers of a yardstick were told, and who is next there.
type rows struct {
	world   *world
	callers int
	charged atomic.Int64
}

// next is the next charge, in the words of the rows.
func (r *rows) next() (c rowCharge, err error) {
	team, o, err := r.world.opening()
	return rowCharge{team, o.Session, o.User, o.Product, time.Now().UnixMilli()}, err
}

type rowCharge struct {
	team, session, person, product string
	now                            int64
}

func (c *rowCharge) String() string { return "charging " + c.person + " of " + c.team }

// audit asks the tables whether the promises were kept.
func (r *rows) audit(ctx context.Context, ask func(ctx context.Context, query string) (int64, error)) error {
	tokens := strconv.FormatInt(int64(cost), 10)
	for _, q := range []struct{ what, query string }{
		{"charges", `SELECT COUNT(*) FROM charge`},
		{"sessions", `SELECT COUNT(*) FROM session`},
		{"passes", `SELECT COUNT(*) FROM pass`},
		{"charges by what they took", `SELECT CAST(COALESCE(SUM(tokens), 0) / ` + tokens + ` AS BIGINT) FROM charge`},
		{"charges by their draws", `SELECT CAST(COALESCE(SUM(tokens), 0) / ` + tokens + ` AS BIGINT) FROM draw`},
		{"charges by what the packs paid", `SELECT CAST(COALESCE(SUM(size - remaining), 0) / ` + tokens + ` AS BIGINT) FROM pack`},
	} {
		n, err := ask(ctx, q.query)
		if err != nil {
			return fmt.Errorf("counting the %s of a yardstick: %w", q.what, err)
		}
		if want := r.charged.Load(); n != want {
			return fmt.Errorf("a yardstick has acknowledged %d charges, and %d %s are stored", want, n, q.what)
		}
	}
	for _, q := range []struct{ what, query string }{
		{"packs below zero", `SELECT COUNT(*) FROM pack WHERE remaining < 0`},
		{"passes that overlap", `SELECT COUNT(*) FROM (SELECT from_at, LAG(until_at) OVER
			(PARTITION BY team, person, product ORDER BY from_at) AS before FROM pass) AS p WHERE from_at < before`},
	} {
		n, err := ask(ctx, q.query)
		if err != nil {
			return fmt.Errorf("counting the %s of a yardstick: %w", q.what, err)
		}
		if n != 0 {
			return fmt.Errorf("a yardstick has %d %s", n, q.what)
		}
	}
	return nil
}

// passEnd is when a pass ends that begins now.
func passEnd(now int64) int64 { return now + int64(license.PassLength) }

package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgresRows is one transaction for each charge on PostgreSQL: first the team's row is locked, so that nobody else
// charges it, then it is read what there is, then the changes are written, then committed. Its statements are
// prepared, its keys are those that it needs and no more.
type postgresRows struct {
	rows
	ground      *schema
	connections int // that it wants: a caller waits for one when there are fewer than callers
	charge      chargeFunc
}

// chargeFunc is one whole transaction.
type chargeFunc func(context.Context, *pgx.Conn, rowCharge) error

// The statements of a charge.
const (
	rowsLock = `SELECT id FROM team WHERE id = $1 FOR UPDATE`

	// rowsDecide reads and writes at once; it writes nothing for who may not be charged.
	rowsDecide = `WITH paying AS (SELECT id FROM pack WHERE team = $1 AND remaining >= $7 AND expires_at > $5
	AND NOT EXISTS (SELECT FROM session WHERE team = $1 AND id = $2)
	AND NOT EXISTS (SELECT FROM pass WHERE team = $1 AND person = $3 AND product = $4 AND until_at > $5)
	ORDER BY expires_at, id LIMIT 1),
	taken AS (UPDATE pack SET remaining = remaining - $7 FROM paying WHERE pack.team = $1 AND pack.id = paying.id),
	passes AS (INSERT INTO pass (team, person, product, from_at, until_at) SELECT $1, $3, $4, $5, $6 FROM paying),
	charges AS (INSERT INTO charge (team, session, tokens) SELECT $1, $2, $7 FROM paying),
	draws AS (INSERT INTO draw (team, session, pack, tokens) SELECT $1, $2, id, $7 FROM paying)
INSERT INTO session (team, id, person, product, from_at) SELECT $1, $2, $3, $4, $5 FROM paying`
)

// rowsTexts are the statements that every connection prepares, by name.
func rowsTexts() map[string]string {
	texts := map[string]string{"lock": rowsLock, "decide": rowsDecide}
	for i, text := range stepTexts {
		texts[rowText(i).name()] = text
	}
	return texts
}

func (t rowText) name() string { return "step" + strconv.Itoa(int(t)) }

// stepByStep waits for each answer before it sends the next statement, as programs do.
func stepByStep(ctx context.Context, conn *pgx.Conn, c rowCharge) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }() // after a commit it does nothing
	var team string
	if err := tx.QueryRow(ctx, "lock", c.team).Scan(&team); err != nil {
		return err
	}
	if err := c.step(ctx, postgresSteps{tx}); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// postgresSteps are the prepared statements in a transaction.
type postgresSteps struct{ pgx.Tx }

func (t postgresSteps) ask(ctx context.Context, text rowText, into any, args ...any) (found bool, err error) {
	err = t.QueryRow(ctx, text.name(), args...).Scan(into)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (t postgresSteps) do(ctx context.Context, text rowText, args ...any) error {
	_, err := t.Exec(ctx, text.name(), args...)
	return err
}

// inOneGo sends the whole transaction at once and leaves the decision to SQL, so that the team is locked for no longer
// than the database itself takes.
func inOneGo(ctx context.Context, conn *pgx.Conn, c rowCharge) error {
	var b pgx.Batch
	b.Queue("BEGIN")
	b.Queue("lock", c.team)
	b.Queue("decide", c.team, c.session, c.person, c.product, c.now, passEnd(c.now), int64(cost))
	b.Queue("COMMIT")
	answers := conn.SendBatch(ctx, &b)
	var written int64
	for range b.Len() {
		tag, err := answers.Exec()
		if err != nil {
			return errors.Join(err, answers.Close())
		}
		written += tag.RowsAffected()
	}
	if err := answers.Close(); err != nil {
		return err
	}
	if written < 2 { // the row that was locked, and the session
		return errUncharged
	}
	return nil
}

func openPostgresRows(ctx context.Context, ground *schema, w *world, callers, connections int, charge chargeFunc) (*postgresRows, error) {
	r := &postgresRows{rows: rows{world: w, callers: callers}, ground: ground, connections: connections, charge: charge}
	if err := r.found(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("making the yardstick of one transaction for each charge: %w", err), ground.drop(ctx))
	}
	return r, nil
}

func (r *postgresRows) found(ctx context.Context) error {
	if _, err := r.ground.inside.Exec(ctx, fmt.Sprintf(rowsSchema, `TEXT COLLATE "C"`)); err != nil {
		return err
	}
	var b pgx.Batch
	for i := range r.world.Teams {
		b.Queue(`INSERT INTO team (id) VALUES ($1)`, teamName(int64(i)))
		b.Queue(rowsPacks, teamName(int64(i)), int64(packSize), int64(packEnd))
	}
	return r.ground.inside.SendBatch(ctx, &b).Close()
}

// turn connects first and disconnects afterwards: connections that wait would slow the others.
func (r *postgresRows) turn(ctx context.Context, spell time.Duration) (p pace, err error) {
	if _, err := r.ground.inside.Exec(ctx, `ANALYZE team, pack, pass, session, charge, draw`); err != nil {
		return p, err
	}
	connections, err := r.ground.connections(ctx, r.connections)
	if err != nil {
		return p, err
	}
	free := make(chan *pgx.Conn, connections)
	defer func() {
		close(free)
		for conn := range free {
			err = errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
		}
	}()
	err = times(ctx, 4, connections, func(ctx context.Context, _ int) error {
		conn, err := r.connect(ctx)
		if err == nil {
			free <- conn
		}
		return err
	})
	if err != nil {
		return p, err
	}
	return load(ctx, r.callers, spell, func(ctx context.Context, _ int) (int, error) {
		conn := <-free
		defer func() { free <- conn }()
		return 1, r.one(ctx, conn)
	})
}

// connect prepares the statements and charges once, so that the server has all at hand.
func (r *postgresRows) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, r.ground.address)
	if err != nil {
		return nil, err
	}
	for name, text := range rowsTexts() {
		if err == nil {
			_, err = conn.Prepare(ctx, name, text)
		}
	}
	if err == nil {
		err = r.one(ctx, conn)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return conn, nil
}

func (r *postgresRows) one(ctx context.Context, conn *pgx.Conn) error {
	c, err := r.next()
	if err == nil {
		err = r.charge(ctx, conn, c)
	}
	if err != nil {
		return fmt.Errorf("%v: %w", &c, err)
	}
	r.charged.Add(1)
	return nil
}

func (r *postgresRows) check(ctx context.Context) error {
	return r.audit(ctx, func(ctx context.Context, query string) (n int64, err error) {
		err = r.ground.inside.QueryRow(ctx, query).Scan(&n)
		return n, err
	})
}

func (r *postgresRows) close() error { return r.ground.drop(context.Background()) }

package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// application is how the connections of a server name themselves to PostgreSQL, unless the address says otherwise.
const application = "daypass"

// idleConnection is how long a connection is kept that nobody uses.
const idleConnection = 5 * time.Minute

// connectTimeout bounds one connection's making, unless the address says otherwise.
const connectTimeout = 5 * time.Second

// oldestPostgres is the first version that is supported, as the database counts.
const oldestPostgres = 130000

// OpenPostgres opens the journal in a PostgreSQL database, postgres://user:password@host/name, and brings the schema
// up to date. Any number of servers may have it open at the same time. Errors never hold the password.
func OpenPostgres(ctx context.Context, address string, o Options) (*Journal, error) {
	return openPostgres(ctx, address, o, true, func(ctx context.Context, j *Journal) error {
		return j.Alone(ctx, func() error { return migrate(ctx, j.writer, j.dialect) })
	})
}

// OpenPostgresReadOnly opens it for reading only, also a replica; it changes no schema.
func OpenPostgresReadOnly(ctx context.Context, address string) (*Journal, error) {
	return openPostgres(ctx, VisitorAddress(address), Options{}, false, func(ctx context.Context, j *Journal) error {
		err := errors.Join(j.writer.Close(), j.turns.Close())
		j.writer, j.turns = nil, nil
		return errors.Join(err, checkVersion(ctx, j.reader, j.dialect))
	})
}

func openPostgres(ctx context.Context, address string, o Options, writing bool, ready func(context.Context, *Journal) error) (*Journal, error) {
	config, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	j := &Journal{dialect: postgresDialect, ins: postgresInserter{careful: new(care)}, brokeAt: make(chan struct{}),
		place: fmt.Sprintf("the database %s at %s", config.Database, config.Host)}
	j.writer = postgresPool(config, postgresAppends)
	j.reader = postgresPool(config, o.readers())
	j.turns = postgresPool(config, postgresTurns)
	err = j.checkServer(ctx, config, writing)
	if err == nil {
		err = ready(ctx, j)
	}
	if err != nil {
		return nil, errors.Join(j.explain(err), j.Close())
	}
	return j, nil
}

// parseAddress reads an address. What the parser says of a wrong one may quote it, password and all, so it is
// not passed on.
func parseAddress(address string) (*pgx.ConnConfig, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return nil, &OpenError{"the database", ErrAddress}
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, &OpenError{"the database", fmt.Errorf("%w: a part of it after the host is wrong, or a file that it names", ErrAddress)}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = application
	}
	return config, nil
}

func postgresPool(config *pgx.ConnConfig, size int) *sql.DB {
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(settle))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxIdleTime(idleConnection)
	return db
}

// settle makes sure that a commit that is answered is on the disk. Stricter settings, which also wait for replicas,
// are left as they are. Behind a pooler a connection's setting does not stay with its user, so an append looks again
// (waits). And statements are planned once: what they do does not depend on how long
// their arrays are, and planning an append anew takes a quarter of its time.
func settle(ctx context.Context, conn *pgx.Conn) error {
	var synchronous, plan string
	if err := conn.QueryRow(ctx, `SELECT current_setting('synchronous_commit'), set_config('plan_cache_mode', 'force_generic_plan', false)`).
		Scan(&synchronous, &plan); err != nil {
		return err
	}
	if synchronous != "off" {
		return nil
	}
	_, err := conn.Exec(ctx, `SET synchronous_commit TO on`)
	return err
}

// checkServer looks whether the database is one that can be read, or written to.
func (j *Journal) checkServer(ctx context.Context, config *pgx.ConnConfig, writing bool) error {
	var version int
	var readOnly string
	// A connection of its own, on which nothing was set.
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }() // it was asked one thing
	err = conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('transaction_read_only')`).Scan(&version, &readOnly)
	switch {
	case err != nil:
		return err
	case version < oldestPostgres:
		return fmt.Errorf("%w: it is %d and %d is needed", ErrTooOld, version/10000, oldestPostgres/10000)
	case writing && readOnly == "on":
		return ErrReplica
	}
	return checkBinding(ctx, j.writer)
}

// startLock is the number that servers agree on to start one after the other.
const startLock = 0x64617970617373 // "daypass"

// Alone runs what only one server may do at a time, such as what a first start makes. The lock belongs to a transaction on
// a connection of its own: it ends with the connection when the server is killed, and a pooler between keeps the two
// together. Where nobody else can have the journal open, there is nothing to wait for.
func (j *Journal) Alone(ctx context.Context, do func() error) error {
	if !j.Shared() {
		return do()
	}
	tx, err := j.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing was changed on it
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(startLock)); err != nil {
		return fmt.Errorf("wait for other servers that start: %w", err)
	}
	return do()
}

// Clock is the database's own time, where it has one that servers can be compared with.
func (j *Journal) Clock(ctx context.Context) (now time.Time, ok bool, err error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	if !j.Shared() {
		return time.Time{}, false, nil
	}
	var ms int64
	err = j.reader.QueryRowContext(ctx, `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint`).Scan(&ms)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("journal: read the database's clock: %w", err)
	}
	return time.UnixMilli(ms), true, nil
}

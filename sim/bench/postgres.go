package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/daypass/daypass/journal"
)

// postgres is a database to measure on. All that a run makes lies in schemas of its own, which it drops; it reads
// and writes nothing else there.
type postgres struct {
	address string
	conn    *pgx.Conn
	options string // that every connection of the run has
	scale   int    // of pgbench's tables
	bench   *pgbench
}

const (
	// scratch begins the name of every schema of a run, and is the comment on it.
	scratch        = "daypass_bench_"
	scratchComment = "scratch of daypass bench: it may be dropped"
	// farewell is how long dropping may take after an interruption.
	farewell = time.Minute
)

// openPostgres connects, and removes what runs that were killed have left.
func openPostgres(ctx context.Context, address string, scale int) (*postgres, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return nil, errAddress // and not what was wrong, which might be in the password
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errAddress
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("no connection to the database %s at %s: %w", config.Database, config.Host, plainly(err))
	}
	p := &postgres{address: address, conn: conn, scale: scale}
	if err := p.prepare(ctx); err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return p, nil
}

var errAddress = errors.New("that is no address of a PostgreSQL database: it is written postgres://user:password@host:5432/name")

// plainly is what the database or the network has said, in one sentence.
func plainly(err error) error {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return errors.New(said.Message)
	}
	for {
		switch e := err.(type) { //nolint:errorlint // it looks for the innermost
		case interface{ Unwrap() error }:
			if e.Unwrap() == nil {
				return err
			}
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			err = e.Unwrap()[0]
		default:
			return err
		}
	}
}

func (p *postgres) prepare(ctx context.Context) error {
	var synchronous string
	var may bool
	err := p.conn.QueryRow(ctx, `SELECT current_setting('synchronous_commit'), has_database_privilege(current_database(), 'CREATE')`).Scan(&synchronous, &may)
	switch {
	case err != nil:
		return fmt.Errorf("asking the database for its settings: %w", err)
	case !may:
		return fmt.Errorf("this user may not make a schema in the database %s: GRANT CREATE ON DATABASE %s, or choose another with --database",
			p.conn.Config().Database, pgx.Identifier{p.conn.Config().Database}.Sanitize())
	case synchronous == "off":
		p.options = "-csynchronous_commit=on" // the desk asks for it as well
	}
	return p.sweep(ctx)
}

// sweep drops the schemas of runs that were killed: those whose lock nobody holds.
func (p *postgres) sweep(ctx context.Context) error {
	found, err := p.conn.Query(ctx, `SELECT nspname FROM pg_namespace WHERE nspname LIKE $1
		AND obj_description(oid, 'pg_namespace') = $2 AND pg_has_role(nspowner, 'MEMBER')`,
		strings.ReplaceAll(scratch, "_", `\_`)+"%", scratchComment)
	if err != nil {
		return fmt.Errorf("looking for what earlier runs have left: %w", err)
	}
	names, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("looking for what earlier runs have left: %w", err)
	}
	for _, name := range names {
		var free bool
		if err := p.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtext($1))`, name).Scan(&free); err != nil {
			return fmt.Errorf("looking for what earlier runs have left: %w", err)
		}
		if !free {
			continue // another run is at it
		}
		if err := (&schema{postgres: p, name: name}).drop(ctx); err != nil {
			return err
		}
	}
	return nil
}

// schema is a scratch schema, and the address at which nothing else is seen.
type schema struct {
	*postgres
	name    string
	address string
	inside  *pgx.Conn // a connection that sees it
}

func (p *postgres) ground(ctx context.Context) (ground, error) { return p.schema(ctx) }

// schema makes one, with a lock on its name for as long as this connection lives.
func (p *postgres) schema(ctx context.Context) (*schema, error) {
	s := &schema{postgres: p, name: scratch + strconv.FormatUint(uint64(p.conn.PgConn().PID()), 36) + "_" + strconv.FormatInt(time.Now().UnixMicro(), 36)}
	s.address = inSchema(p.address, s.name, p.options)
	for _, text := range []string{
		`SELECT pg_advisory_lock(hashtext('` + s.name + `'))`,
		`CREATE SCHEMA ` + s.name,
		`COMMENT ON SCHEMA ` + s.name + ` IS '` + scratchComment + `'`,
	} {
		if _, err := p.conn.Exec(ctx, text); err != nil {
			return nil, fmt.Errorf("making a scratch schema: %w", err)
		}
	}
	var err error
	if s.inside, err = pgx.Connect(ctx, s.address); err != nil {
		return nil, errors.Join(fmt.Errorf("connecting to a scratch schema: %w", plainly(err)), s.drop(ctx))
	}
	return s, nil
}

func (s *schema) journal(ctx context.Context) (*journal.Journal, error) {
	return journal.OpenPostgres(ctx, s.address, journal.Options{})
}

func (s *schema) flags() []string { return nil }
func (s *schema) env() []string   { return []string{"DAYPASS_DATABASE=" + s.address} }

// drop removes the schema with all that is in it, also when the run was interrupted.
func (s *schema) drop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if s.inside != nil {
		_ = s.inside.Close(ctx) // it is of no more use, however it ends
	}
	for _, text := range []string{
		`DROP SCHEMA IF EXISTS ` + s.name + ` CASCADE`,
		`SELECT pg_advisory_unlock(hashtext('` + s.name + `'))`,
	} {
		if _, err := s.conn.Exec(ctx, text); err != nil {
			return fmt.Errorf("dropping the scratch schema %s, which can be dropped by hand: %w", s.name, err)
		}
	}
	return nil
}

// inSchema is an address whose connections see one schema only. The option is one that every driver and every program
// of PostgreSQL's understands.
func inSchema(address, schema, options string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address // it was read before
	}
	q := u.Query()
	q.Del("search_path")
	q.Set("options", strings.Join(strings.Fields(q.Get("options")+" "+options+" -csearch_path="+schema), " "))
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20") // which not all of them take for a space
	return u.String()
}

// spare is how many connections are left to others.
const spare = 4

// connections is how many of the wanted connections the database has to give now. It waits a little for those that it
// is still clearing away.
func (p *postgres) connections(ctx context.Context, want int) (int, error) {
	for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		free, err := p.freeConnections(ctx)
		switch {
		case err != nil:
			return 0, err
		case free-spare >= min(want, maxConnections), time.Since(begin) > clearing && free > pgbenchClients+spare:
			return min(want, maxConnections, free-spare), nil
		case time.Since(begin) > clearing:
			return 0, fmt.Errorf("the database has only %d connections left, and a measurement takes more than %d: raise max_connections", free, pgbenchClients+spare)
		}
	}
}

// clearing is how long the connections of the side before may take to go.
const clearing = 2 * time.Second

func (p *postgres) freeConnections(ctx context.Context) (free int, err error) {
	err = p.conn.QueryRow(ctx, `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
		- (SELECT COUNT(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend')`).Scan(&free)
	if err != nil {
		return 0, fmt.Errorf("asking the database for its connections: %w", err)
	}
	return free, nil
}

// maxConnections is what the usual limit of 100 leaves when some are kept for others.
const maxConnections = 90

// goConnections is how many connections do best with transactions that are sent in one go: few where all want one lock,
// and otherwise as many as there are callers.
func goConnections(w *world, callers int) int {
	if w.Teams == 1 {
		return min(4, callers)
	}
	return callers
}

func (s *schema) yardsticks(ctx context.Context, o *ours) (list []player, err error) {
	add := func(name string, y side, failed error) {
		if err = errors.Join(err, failed); failed == nil {
			list = append(list, player{name, y})
		}
	}
	stepwise, failed := s.rows(ctx, o, o.callers, stepByStep)
	add(naive, stepwise, failed)
	once, failed := s.rows(ctx, o, goConnections(o.world, o.callers), inOneGo)
	add(oneGo, once, failed)
	if s.bench == nil && findPgbench() != "" {
		s.bench, failed = openPgbench(ctx, s.postgres)
		err = errors.Join(err, failed)
	}
	if s.bench != nil {
		add(pgbenchName, s.bench, nil)
	}
	copied, failed := openCopied(ctx, s, o)
	add(copyRows, copied, failed)
	return list, err
}

// rows is a yardstick of rows in a schema of its own.
func (s *schema) rows(ctx context.Context, o *ours, connections int, charge chargeFunc) (*postgresRows, error) {
	own, err := s.schema(ctx)
	if err != nil {
		return nil, err
	}
	w := &world{Shape: o.world.Shape, Products: o.world.Products, Parts: 1}
	return openPostgresRows(ctx, own, w, o.callers, connections, charge)
}

// settings are those that decide how fast the database is.
func (p *postgres) settings(ctx context.Context) ([]Setting, error) {
	var list []Setting
	for _, name := range []string{"server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size", "max_connections"} {
		var value pgtype.Text
		if err := p.conn.QueryRow(ctx, `SELECT current_setting($1, true)`, name).Scan(&value); err != nil {
			return nil, fmt.Errorf("asking the database for its settings: %w", err)
		}
		list = append(list, Setting{name, value.String})
	}
	return list, nil
}

func (p *postgres) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	var errs []error
	if p.bench != nil {
		errs = append(errs, p.bench.schema.drop(ctx))
	}
	return errors.Join(append(errs, p.conn.Close(ctx))...)
}

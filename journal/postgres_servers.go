package journal

import (
	"context"
	"net/url"
	"slices"

	"github.com/jackc/pgx/v5"
)

// visitor is how a program names itself to PostgreSQL that is no server.
const visitor = "daypass-visitor"

// VisitorAddress is an address under which a program that is no server opens a database, so that Servers does not count
// it.
func VisitorAddress(address string) string { return addressAs(address, visitor) }

// addressAs is an address whose connections name themselves so.
func addressAs(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address // opening it says so
	}
	q := u.Query()
	q.Set("application_name", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// Servers counts the connections of servers to a database: those that name themselves as servers do, or as the address
// says. A pooler in between can keep some open for a while after the servers have stopped.
func Servers(ctx context.Context, address string) (n int, err error) {
	config, err := parseAddress(address)
	if err != nil {
		return 0, err
	}
	j := &Journal{dialect: postgresDialect, place: "the database " + config.Database}
	names := []string{application, config.RuntimeParams["application_name"]}
	config.RuntimeParams["application_name"] = visitor
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return 0, j.explain(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // nothing was changed on it
	err = conn.QueryRow(ctx, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
		AND application_name = ANY($1) AND pid <> pg_backend_pid()`, slices.Compact(names)).Scan(&n)
	if err != nil {
		return 0, j.explain(err)
	}
	return n, nil
}

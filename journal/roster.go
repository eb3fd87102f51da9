package journal

import (
	"context"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/stdlib"
)

// How long a server that says nothing is taken to be up, and how long its row stays, as PostgreSQL's intervals.
const (
	serverLasts = `8 seconds`
	serverStays = `1 hour`
)

// Meet notes that a server is up and where others reach it, and returns the addresses of the others that have said so
// lately, by the database's clock, under their names. A journal that is not shared has no others.
func (j *Journal) Meet(ctx context.Context, name, address string) (others map[string]string, err error) {
	if !j.Shared() {
		return nil, nil
	}
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	rows, err := j.writer.QueryContext(ctx, `WITH
		mine AS (INSERT INTO server (name, address, seen_at) VALUES ($1, $2, now())
			ON CONFLICT (name) DO UPDATE SET address = excluded.address, seen_at = excluded.seen_at),
		gone AS (DELETE FROM server WHERE seen_at < now() - $4::text::interval)
		SELECT name, address FROM server WHERE name <> $1 AND seen_at > now() - $3::text::interval`, name, address, serverLasts, serverStays)
	if err != nil {
		return nil, fmt.Errorf("journal: look for other servers: %w", err)
	}
	defer rows.Close()
	others = map[string]string{}
	for rows.Next() {
		var name, address string
		if err := rows.Scan(&name, &address); err != nil {
			return nil, fmt.Errorf("journal: look for other servers: %w", err)
		}
		others[name] = address
	}
	return others, rows.Err()
}

// LocalIP is this machine's address on the way to the database, by which its neighbours there probably reach it too; nil
// where the way does not leave the machine.
func (j *Journal) LocalIP(ctx context.Context) (ip net.IP, err error) {
	if !j.Shared() {
		return nil, nil
	}
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	conn, err := j.writer.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("journal: ask for this machine's address: %w", err)
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		if a, ok := c.(*stdlib.Conn).Conn().PgConn().Conn().LocalAddr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
			ip = a.IP
		}
		return nil
	})
	return ip, err
}

// Leave takes out what Meet has noted of a server.
func (j *Journal) Leave(ctx context.Context, name string) error {
	if !j.Shared() {
		return nil
	}
	if err := j.write(ctx, `DELETE FROM server WHERE name = $1`, name); err != nil {
		return fmt.Errorf("journal: leave the other servers: %w", err)
	}
	return nil
}

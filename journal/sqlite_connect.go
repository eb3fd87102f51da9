package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// pragma is a setting of a connection: what is asked for, and what SQLite answers when it holds.
type pragma struct{ name, set, answer string }

// profile is what a kind of connection asks for.
type profile struct {
	params  url.Values // the driver's and SQLite's own parameters
	pragmas []pragma
}

// common to all connections. A reader's synchronous matters too: the last connection to close
// moves the log into the database.
var common = []pragma{
	{"busy_timeout", "10000", "10000"},
	{"foreign_keys", "1", "1"},
	{"synchronous", "FULL", "2"},
}

var (
	// sqliteWriter syncs every commit. After about 1 000 pages (4 MB) of log a commit moves them into the
	// database: a quarter of that slows single appends by a fifth, four times as much makes the commit
	// that does it three times as long (24 ms for 8 ms) and gains nothing. The log's file is used again from its
	// start, which spares the file system's own journal at each sync, so it is kept up to 16 MB, and cut
	// after a burst beyond that. secure_delete overwrites a person that is erased; it costs the insertions nothing.
	sqliteWriter = profile{
		params: url.Values{"_txlock": {"immediate"}},
		pragmas: append([]pragma{
			{"journal_mode", "WAL", "wal"},
			{"wal_autocheckpoint", "1000", "1000"},
			{"journal_size_limit", "16777216", "16777216"},
			{"secure_delete", "1", "1"},
		}, common...),
	}
	sqliteReader = profile{
		pragmas: append([]pragma{
			{"journal_mode", "", "wal"},
			{"query_only", "1", "1"},
		}, common...),
	}
	sqliteReadOnly = profile{params: url.Values{"mode": {"ro"}}, pragmas: sqliteReader.pragmas}
)

// dsn puts the settings into the connection string, so that every connection of a pool has them; what is
// set by a statement holds for one connection only.
func (p profile) dsn(file string) (string, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	if file = filepath.ToSlash(file); !strings.HasPrefix(file, "/") {
		file = "/" + file // a drive letter
	}
	q := url.Values{"_error_rc": {"1"}} // no stale message after a failed opening
	for name, values := range p.params {
		q[name] = values
	}
	for _, s := range p.pragmas {
		if s.set != "" {
			q.Add("_pragma", s.name+"("+s.set+")")
		}
	}
	return (&url.URL{Scheme: "file", Path: file, RawQuery: q.Encode()}).String(), nil
}

// openPool makes a pool of connections that are checked one by one as they are opened.
func openPool(file string, p profile, size int) (*sql.DB, error) {
	dsn, err := p.dsn(file)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", file, err)
	}
	base, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector{base, p.pragmas})
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// connector refuses a connection on which a setting does not hold: a database that is silently not
// synced is worse than none.
type connector struct {
	driver.Connector
	want []pragma
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range c.want {
		if err := p.check(ctx, conn); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

func (p pragma) check(ctx context.Context, conn driver.Conn) error {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, "PRAGMA "+p.name, nil)
	if err != nil {
		return fmt.Errorf("read the setting %s: %w", p.name, err)
	}
	defer rows.Close()
	got := []driver.Value{nil}
	if err := rows.Next(got); err != nil {
		return fmt.Errorf("read the setting %s: %w", p.name, err)
	}
	if fmt.Sprint(got[0]) != p.answer {
		return fmt.Errorf("the setting %s is %v, not %s", p.name, got[0], p.answer)
	}
	return nil
}

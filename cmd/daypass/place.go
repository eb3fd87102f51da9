package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/journal"
)

// place is where data lies: in a folder, or in a PostgreSQL database.
type place struct {
	data     string // the folder
	database string // the address, with a password perhaps: it is never printed. Empty: the data is in the folder
}

// flags adds the flags that name a place.
func (p *place) flags(c *cobra.Command) {
	c.Flags().StringVar(&p.data, "data", "daypass-data", "folder of the data")
	c.Flags().StringVar(&p.database, "database", "", "PostgreSQL in place of the folder, such as postgres://daypass@db.example/daypass (or DAYPASS_DATABASE)")
	must(c.MarkFlagDirname("data"))
	c.MarkFlagsMutuallyExclusive("data", "database")
	before := c.PreRunE
	c.PreRunE = func(cmd *cobra.Command, args []string) error {
		if !cmd.Flags().Changed("data") && !cmd.Flags().Changed("database") {
			var err error
			if p.database, err = secret("DAYPASS_DATABASE"); err != nil {
				return err
			}
		}
		if before == nil {
			return nil
		}
		return before(cmd, args)
	}
}

// secrets are the parts of a place that nobody may read.
func (p place) secrets() []string {
	u, err := url.Parse(p.database)
	if err != nil || u.User == nil {
		return nil
	}
	password, _ := u.User.Password()
	return []string{password}
}

// String is the place in messages.
func (p place) String() string {
	if p.database != "" {
		return "the database"
	}
	return p.data
}

// open opens what is there for serving, or makes it.
func (p place) open(ctx context.Context) (*journal.Journal, error) {
	if p.database != "" {
		j, err := journal.OpenPostgres(ctx, p.database, journal.Options{})
		return j, p.explain(err)
	}
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return nil, p.explain(err)
	}
	j, err := journal.Open(ctx, p.data, journal.Options{})
	return j, p.explain(err)
}

// openReadOnly opens what is there for reading, also beside servers.
func (p place) openReadOnly(ctx context.Context) (*journal.Journal, error) {
	if p.database != "" {
		j, err := journal.OpenPostgresReadOnly(ctx, p.database)
		return j, p.explain(err)
	}
	if _, err := os.Stat(p.data); err != nil {
		return nil, fmt.Errorf("there is no data in %s: say where it is with --data or --database", p.data)
	}
	j, err := journal.OpenReadOnly(ctx, p.data)
	return j, p.explain(err)
}

// explain says what is the matter with a place.
func (p place) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case p.database != "":
		return databaseError(err)
	}
	return dataError(p.data, err)
}

// dataError says what is the matter with a data folder.
func dataError(data string, err error) error {
	switch {
	case errors.Is(err, journal.ErrInUse):
		return fmt.Errorf("another server runs on the data in %s: stop it first, or choose another folder with --data", data)
	case errors.Is(err, journal.ErrUnfinished):
		return fmt.Errorf("the data in %s is a part only, of a copy that has not finished: run the same daypass copy or restore again", data)
	case errors.Is(err, journal.ErrSchemaNewer):
		return fmt.Errorf("the data in %s was written by a newer daypass: use that one, or another folder with --data", data)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("this account may not write to %s: give it the folder, or choose another with --data", data)
	case errors.Is(err, fs.ErrExist), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s is not a folder: choose another with --data", data)
	}
	return fmt.Errorf("cannot open the data in %s: %w", data, err)
}

// databaseRemedies say what to do about a database that cannot be opened.
var databaseRemedies = []struct {
	err    error
	remedy string
}{
	{journal.ErrAddress, "write --database as postgres://user:password@host:5432/name"},
	{journal.ErrNoDatabase, "create it with createdb, or name another"},
	{journal.ErrReplica, "name the primary"},
	{journal.ErrDenied, "check the user and the password; it must own the database or may create tables in it (GRANT CREATE ON SCHEMA public TO …)"},
	{journal.ErrUnreachable, "is it running, and is the address right?"},
	{journal.ErrTooOld, "use a newer one"},
	{journal.ErrSchemaNewer, "use the newer daypass"},
	{journal.ErrUnfinished, "run the same daypass copy or restore again"},
	{journal.ErrSchemaOlder, "start the server on it once"},
}

// databaseError says what is the matter with a database, without its address: that may hold a password.
func databaseError(err error) error {
	if open := new(journal.OpenError); errors.As(err, &open) {
		err = open.Cause
	}
	for _, r := range databaseRemedies {
		if errors.Is(err, r.err) {
			return fmt.Errorf("cannot open the database: %w: %s", err, r.remedy)
		}
	}
	return fmt.Errorf("cannot open the database: %w", err)
}

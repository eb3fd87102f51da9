package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func copyCommand() *cobra.Command {
	var from, to string
	var dryRun bool
	c := &cobra.Command{
		Use:   "copy",
		Short: "Move all data to another folder or database",
		Long: `Move all data from a folder to a PostgreSQL database, back, or between two of a kind: every journal, people, keys of programs, and the key that signs leases. Stop the servers first. The source stays as it is.

Every entry is chained again on its way, both sides are compared, and the target is recomputed from the first entry; until then no server starts on it. A copy that was interrupted goes on where it stopped when the same command runs again. The target must be empty, or a copy of the same source that nobody has used since.

A password need not stand in the address: PostgreSQL's ~/.pgpass and PGPASSWORD are heard.`,
		Example: `daypass copy --from /var/lib/daypass --to postgres://daypass@db.example/daypass
daypass copy --from postgres://daypass@db.example/daypass --to ./back
daypass copy --from ./one --to ./other --dry-run`,
		Args:    arguments(),
		GroupID: groupServer,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t, err := copyOf(cmd, from, to)
			if err != nil {
				return err
			}
			return t.interruptible(cmd, func(ctx context.Context) error { return t.copy(ctx, screenOf(cmd), dryRun) })
		},
	}
	c.Flags().StringVar(&from, "from", "", "folder, or address of a PostgreSQL database")
	c.Flags().StringVar(&to, "to", "", "folder, or address of a PostgreSQL database")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be copied, and change nothing")
	must(c.MarkFlagDirname("from"))
	must(c.MarkFlagDirname("to"))
	return required(c, "from", "to")
}

// copyOf checks the two places.
func copyOf(cmd *cobra.Command, from, to string) (*transfer, error) {
	t := &transfer{still: true}
	var err error
	if t.from, err = parseSide(cmd, "from", from); err != nil {
		return nil, err
	}
	if t.to, err = parseSide(cmd, "to", to); err != nil {
		return nil, err
	}
	if from == to || sameFolder(from, to) {
		return nil, wrong(cmd, "--from and --to are the same")
	}
	return t, nil
}

func sameFolder(one, other string) bool {
	a, errA := os.Stat(one)
	b, errB := os.Stat(other)
	return errA == nil && errB == nil && os.SameFile(a, b)
}

// keyword is PostgreSQL's other way to write an address. Taken for a folder, its password would be printed.
var keyword = regexp.MustCompile(`(?i)\b(host|hostaddr|port|dbname|user|password|service|sslmode)\s*=`)

// parseSide tells a folder from an address. What is neither may hold a password and is not repeated.
func parseSide(cmd *cobra.Command, flag, value string) (side, error) {
	switch {
	case strings.HasPrefix(value, "postgres://"), strings.HasPrefix(value, "postgresql://"):
		return sideOf(place{database: value}), nil
	case value == "", strings.Contains(value, "://"), keyword.MatchString(value):
		return nil, wrong(cmd, "--%s is neither a folder nor an address such as postgres://daypass@db.example/daypass", flag)
	}
	return sideOf(place{data: filepath.Clean(value)}), nil
}

// interruptible runs with a context that an interruption ends. A second interruption ends the program at once.
func (t *transfer) interruptible(cmd *cobra.Command, run func(context.Context) error) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	err := run(ctx)
	if err != nil && ctx.Err() != nil {
		return t.explain(context.Canceled)
	}
	return err
}

func (t *transfer) copy(ctx context.Context, s screen, dryRun bool) (err error) {
	if t.source, err = t.from.still(ctx); err != nil {
		return t.from.explain(err)
	}
	defer func() { err = errors.Join(err, t.source.Close()) }()
	if dryRun {
		return t.rehearse(ctx, s)
	}
	c, err := t.run(ctx)
	if err != nil {
		return err
	}
	t.report(s, c, "copied")
	s.say("%s", s.paint(good, "All of "+t.from.String()+" is in "+t.to.String()+" now, and everything adds up."))
	s.say("Start servers on it: %s", t.serveCommand(ctx))
	s.say("Start none on %s any more: the two would go apart.", t.from)
	return nil
}

// rehearse says what would be brought over.
func (t *transfer) rehearse(ctx context.Context, s screen) error {
	c, err := t.plan(ctx)
	if err != nil {
		return err
	}
	t.report(s, c, "would be copied")
	switch {
	case c.Begun:
		s.say("Nothing was changed: %s has a part already, which would be gone on with.", t.to)
	case c.Before > 0:
		s.say("Nothing was changed: %s is an earlier copy, which would be brought up to date.", t.to)
	default:
		s.say("Nothing was changed: %s is empty.", t.to)
	}
	return nil
}

// serveCommand starts a server on the target. An address is not repeated: it may hold a password.
func (t *transfer) serveCommand(ctx context.Context) string {
	command := "daypass serve"
	switch to := t.to.(type) {
	case folderSide:
		command += " --data " + to.data
	case databaseSide:
		command += " --database with the same address"
	}
	if clock, _, err := t.source.Meta(ctx, metaClock); err == nil && clockKind(clock) == clockVirtual {
		command += " --clock virtual"
	}
	return command
}

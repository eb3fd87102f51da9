package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/journal"
)

func backupCommand() *cobra.Command {
	var p place
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Back up all data into a file, also while servers run",
		Long: `Back up all data into one file, also while servers run: every journal as it stands at one instant, people, keys of programs, and the key that signs leases. Whatever the data lies in, daypass restore brings the file back into a folder or a PostgreSQL database.

The file gets its name when it is whole: each entry is chained again on its way, and what the file holds is recomputed from the first entry. It replaces no other file. Keep it as safe as the server: who has it can sign leases.`,
		Example: `daypass backup /backup/2026-01-05.daypass
daypass backup --data /var/lib/daypass /backup/2026-01-05.daypass
daypass backup --database postgres://daypass@db.example/daypass ./now.daypass`,
		Args:    arguments("the file"),
		GroupID: groupServer,
		RunE: func(cmd *cobra.Command, args []string) error {
			t := &transfer{from: sideOf(p), to: backupSide(args[0])}
			return t.interruptible(cmd, func(ctx context.Context) error { return t.backup(ctx, screenOf(cmd), p, args[0]) })
		},
	}
	p.flags(c)
	return c
}

func (t *transfer) backup(ctx context.Context, s screen, p place, file string) (err error) {
	if err := nameIsFree(file); err != nil {
		return err
	}
	if t.source, err = p.openReadOnly(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.source.Close()) }()
	c, err := t.run(ctx)
	if err == nil {
		err = t.to.explain(journal.FinishBackup(ctx, file))
	}
	if err != nil && t.filled { // a part is of no use, and takes room
		err = errors.Join(err, os.RemoveAll(journal.BackupFolder(file)))
	}
	if err != nil {
		return err
	}
	t.report(s, c, "backed up")
	s.say("%s", s.paint(good, "All of "+t.from.String()+" is in "+file+" now, and everything adds up."))
	t.sayLast(s)
	return nil
}

// nameIsFree refuses the name of a backup before any work is done.
func nameIsFree(file string) error {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return backupSide(file).explain(errors.Join(err, fs.ErrExist))
	}
	if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s to write the backup to", filepath.Dir(file))
	}
	return nil
}

// sayLast says how far what was brought over goes.
func (t *transfer) sayLast(s screen) {
	if t.last > 0 {
		s.say("The last entry is of %s.", when(t.last))
	}
}

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func restoreCommand() *cobra.Command {
	var p place
	var dryRun bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Bring a backup back into an empty folder or database",
		Long: `Bring a backup back into an empty folder or PostgreSQL database, whatever it was made of. The file is read whole and recomputed before anything is written, and so is what was restored. A place that is in use is refused. A restore that was interrupted goes on when the same command runs again.

What was decided after the backup is not in it: purchases, charges, passes. Leases given out since stay valid until they end.`,
		Example: `daypass restore /backup/2026-01-05.daypass --data /var/lib/daypass
daypass restore ./now.daypass --database postgres://daypass@db.example/daypass
daypass restore ./now.daypass --data ./look --dry-run`,
		Args:    arguments("the file"),
		GroupID: groupServer,
		RunE: func(cmd *cobra.Command, args []string) error {
			t := &transfer{from: backupSide(args[0]), to: sideOf(p), fresh: true}
			return t.interruptible(cmd, func(ctx context.Context) error { return t.restore(ctx, screenOf(cmd), dryRun) })
		},
	}
	p.flags(c)
	c.Flags().BoolVar(&dryRun, "dry-run", false, "check the file and the place, and change nothing")
	return c
}

func (t *transfer) restore(ctx context.Context, s screen, dryRun bool) (err error) {
	if t.source, err = t.from.still(ctx); err != nil {
		return t.from.explain(err)
	}
	defer func() { err = errors.Join(err, t.source.Close()) }()
	if _, err := t.plan(ctx); err != nil {
		return err
	}
	findings, _, err := recompute(ctx, t.source)
	if err == nil && len(findings) > 0 {
		err = fmt.Errorf("%s cannot be restored, and nothing was: %s: %s", t.from, findings[0].Team, findings[0].Detail)
	}
	if err != nil {
		return err
	}
	if dryRun {
		return t.rehearse(ctx, s)
	}
	c, err := t.run(ctx)
	if err != nil {
		return err
	}
	t.report(s, c, "restored")
	s.say("%s", s.paint(good, "All of "+t.from.String()+" is in "+t.to.String()+" now, and everything adds up."))
	t.sayLast(s)
	s.say("What was decided later is not there. Start servers on it: %s", t.serveCommand(ctx))
	return nil
}

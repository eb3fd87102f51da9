package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
)

func verifyCommand() *cobra.Command {
	var p place
	c := &cobra.Command{
		Use:   "verify",
		Short: "Recompute all data from the first entry and compare",
		Long: `Recompute all data from the first entry: the numbering and the hash chain of every journal, every team's state with the checks of its rules, and that each snapshot is what its entries give. It reads only, and can run beside a server.

When something is wrong it is listed, and the exit code is not 0.`,
		Example: `daypass verify
daypass verify --data /var/lib/daypass
daypass verify --database postgres://daypass@db.example/daypass`,
		Args:    arguments(),
		GroupID: groupServer,
		RunE:    func(cmd *cobra.Command, _ []string) error { return verify(cmd, p) },
	}
	p.flags(c)
	return c
}

func verify(cmd *cobra.Command, p place) error {
	ctx := cmd.Context()
	j, err := p.openReadOnly(ctx)
	if err != nil {
		return err
	}
	if err := j.CheckWhole(ctx); err != nil {
		return errors.Join(p.explain(err), j.Close())
	}
	findings, done, err := recompute(ctx, j)
	if err = errors.Join(err, j.Close()); err != nil {
		return err
	}
	return verdict(screenOf(cmd), p, findings, done)
}

// recompute verifies with a progress bar, when somebody watches.
func recompute(ctx context.Context, j *journal.Journal) ([]desk.Finding, desk.Checked, error) {
	progress := func(desk.Checked) {}
	if term.IsTerminal(os.Stderr.Fd()) {
		bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetDescription("verifying"), progressbar.OptionShowCount())
		defer func() { _ = bar.Finish() }()
		progress = func(c desk.Checked) {
			bar.ChangeMax(c.Of)
			_ = bar.Set(c.Teams)
		}
	}
	return desk.Verify(ctx, j, progress)
}

// verdict prints what was checked and what was found.
func verdict(s screen, p place, findings []desk.Finding, done desk.Checked) error {
	s.table([]column{text("checked"), figures("how many"), text("how")}, [][]string{
		{"journals", grouped(fmt.Sprint(done.Teams)), "numbered without gaps, chained by hash"},
		{"entries", grouped(fmt.Sprint(done.Entries)), "folded anew; packs, seats and jobs add up; snapshots agree"},
	})
	s.say("")
	if len(findings) == 0 {
		s.say("%s", s.paint(good, "Everything adds up."))
		return nil
	}
	for _, f := range findings {
		s.say("%s %s: %s", s.paint(bad, "wrong"), f.Team, f.Detail)
	}
	return fmt.Errorf("%s of %s in %s wrong: keep it as it is, and go on with a backup that verifies",
		grouped(fmt.Sprint(len(findings))), count(done.Teams, "journal", "journals"), p)
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/daypass/daypass/sim/bench"
)

// benchFlags are the flags of bench as they were given.
type benchFlags struct {
	database, data, output string
	only                   []string
	rounds, teams          int
	duration               time.Duration
	callers                []int
}

func benchCommand() *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure charges on this machine against yardsticks",
		Long: `Measure how many charges this machine can take, on the embedded database or on a PostgreSQL: one hot team and many teams, from 1 to 2 048 callers, over HTTP, and on PostgreSQL two servers against one. The yardsticks are one transaction for each charge, the bare insertion of the same rows, and pgbench where it is installed. They take turns with the desk in rounds of the same run, and the ratios are what means something. After every measurement all that was answered is compared with what is stored.

Nothing is left behind and no data is touched. The embedded database is made in a temporary folder, or in one under --data on the disk that is to be measured. In a PostgreSQL everything is in schemas of its own, which are dropped at the end; those of a run that was killed are dropped by the next. It takes most of what the machine and the database can give, so choose the hour. A password can also be in PGPASSWORD or in ~/.pgpass, and a pooler in between has to let the option search_path through.`,
		Example: `daypass bench
daypass bench --callers 256 --rounds 5 --duration 2s --data /var/tmp
daypass bench --database postgres://daypass@db.example/daypass --output json > figures.json`,
		Args:    arguments(),
		GroupID: groupServer,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := f.options(cmd)
			if err != nil {
				return err
			}
			return measure(cmd, o, f.output)
		},
	}
	c.Flags().StringVar(&f.database, "database", "", "PostgreSQL to measure on, such as postgres://daypass@db.example/daypass (default: the embedded database)")
	c.Flags().StringVar(&f.data, "data", "", "folder for the files of the embedded database (default: the temporary folder)")
	c.Flags().StringSliceVar(&f.only, "only", nil, "charges, servers or http; several with commas (default: all)")
	c.Flags().IntVar(&f.rounds, "rounds", 3, "how often each side has its turn")
	c.Flags().DurationVar(&f.duration, "duration", time.Second, "how long a turn takes")
	c.Flags().IntVar(&f.teams, "teams", 10_000, "how many teams there are where there are many")
	c.Flags().IntSliceVar(&f.callers, "callers", []int{1, 32, 256, 2048}, "how many ask at once; several with commas")
	c.Flags().StringVar(&f.output, "output", "table", "table, markdown or json")
	fixed(c, "output", "table", "markdown", "json")
	fixed(c, "only", "charges", "servers", "http")
	must(c.MarkFlagDirname("data"))
	c.MarkFlagsMutuallyExclusive("data", "database")
	return c
}

const (
	mostCallers = 3000    // of one team, whom a desk lets wait at once
	mostTeams   = 100_000 // that fit in memory
)

// options checks the flags.
func (f benchFlags) options(cmd *cobra.Command) (o bench.Options, err error) {
	o = bench.Options{Database: f.database, Folder: f.data, Parts: bench.Parts(), Shapes: bench.Shapes(f.teams), Callers: f.callers,
		Rounds: f.rounds, Duration: f.duration}
	switch {
	case !slices.Contains([]string{"table", "markdown", "json"}, f.output):
		return o, wrong(cmd, "--output %s is not table, markdown or json", f.output)
	case f.rounds < 1 || f.duration < 10*time.Millisecond:
		return o, wrong(cmd, "there is at least one round, and a turn takes at least 10ms")
	case f.teams < 2 || f.teams > mostTeams:
		return o, wrong(cmd, "--teams are 2 to %d", mostTeams)
	case time.Duration(f.rounds)*f.duration > bench.MostTime:
		return o, wrong(cmd, "%d rounds of %v are more than %v, and would not fit in memory: take fewer rounds or a shorter duration", f.rounds, f.duration, bench.MostTime)
	case slices.ContainsFunc(f.callers, func(n int) bool { return n < 1 || n > mostCallers }):
		return o, wrong(cmd, "--callers are 1 to %d", mostCallers)
	}
	if len(f.only) > 0 {
		o.Parts = nil
	}
	for _, name := range f.only {
		part := bench.Part(name)
		if !slices.Contains(bench.Parts(), part) {
			return o, wrong(cmd, "--only %s is not charges, servers or http", name)
		}
		if part == bench.Servers && f.database == "" {
			return o, wrong(cmd, "--only servers wants --database: the embedded database has one server")
		}
		o.Parts = append(o.Parts, part)
	}
	if o.Program, err = os.Executable(); err != nil {
		return o, fmt.Errorf("finding this program, to run it as a server: %w", err)
	}
	return o, nil
}

// measure runs until it is done or interrupted, and leaves nothing behind. A second interruption ends the program at
// once.
func measure(cmd *cobra.Command, o bench.Options, output string) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	asServer()
	progress, done := watchSteps(cmd.ErrOrStderr())
	o.Progress = progress
	report, err := bench.Run(ctx, o)
	done()
	if ctx.Err() != nil {
		return context.Canceled
	}
	if err != nil {
		return err
	}
	return printReport(cmd, report, output)
}

// watchSteps shows how far a run is: as a bar on a terminal, as a line for each measurement otherwise.
func watchSteps(w io.Writer) (progress func(bench.Step), done func()) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(f.Fd()) {
		last := ""
		return func(s bench.Step) {
			if what, _, _ := strings.Cut(s.What, ":"); what != last {
				_, _ = fmt.Fprintf(w, "Measuring %s …\n", what)
				last = what
			}
		}, func() {}
	}
	bar := progressbar.NewOptions(1, progressbar.OptionSetWriter(f), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(20),
		progressbar.OptionUseANSICodes(true))
	return func(s bench.Step) {
		bar.ChangeMax(s.Of)
		bar.Describe(fmt.Sprintf("%-42s", s.What))
		_ = bar.Set(s.Done)
	}, func() { _ = bar.Finish() }
}

func printReport(cmd *cobra.Command, r *bench.Report, output string) error {
	s := screenOf(cmd)
	switch output {
	case "json":
		e := json.NewEncoder(cmd.OutOrStdout())
		e.SetIndent("", "  ")
		return e.Encode(r)
	case "markdown":
		s.say("%s", r.Markdown())
		return nil
	}
	for _, t := range r.Tables() {
		s.title("%s", t.Title)
		columns := make([]column, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = column{c.Title, c.Figures}
		}
		s.table(columns, t.Rows)
		for _, note := range t.Notes {
			s.note("%s", note)
		}
	}
	s.say("")
	s.note("%s", r.Conditions())
	return nil
}

// benchWorkerCommand is one of the two servers that bench compares with one.
func benchWorkerCommand() *cobra.Command {
	return &cobra.Command{
		Use: bench.WorkerCommand, Hidden: true, Args: arguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			signal.Ignore(os.Interrupt) // it ends when bench does, which may have to tidy up
			asServer()
			return bench.Work(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
}

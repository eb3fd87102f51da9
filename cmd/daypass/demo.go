package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/observe"
	"github.com/daypass/daypass/sim/firm"
	"github.com/daypass/daypass/sim/yearbook"
)

// demo is the flags of demo, and what it prints on.
type demo struct {
	listen, data string
	seed         uint64
	noServe      bool
	screen       screen
	cmd          *cobra.Command
}

func demoCommand() *cobra.Command {
	var d demo
	c := &cobra.Command{
		Use:   "demo",
		Short: "Play a year of a firm, show it, and serve it to try things with",
		Long: `Play a year of an engineering firm with sixty people, on a sample catalogue: seats and tokens, holidays and deadlines, somebody who never closes a product. Then show what the year came to, and serve it: the clock stands at the end of that year, goes on by itself, and can be moved on.

The year is decided and kept as real ones are, on a disk, in a temporary folder that is removed at the end. With --data it stays, and the next demo on the folder only serves. One seed is always the same year.`,
		Example: `daypass demo
daypass demo --listen 127.0.0.1:0 --data ./kestrel
daypass demo --seed 7 --no-serve`,
		Args:    arguments(),
		GroupID: groupServer,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.cmd, d.screen = cmd, screenOf(cmd)
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			context.AfterFunc(ctx, stop) // a second interruption ends the program at once
			return d.run(ctx)
		},
	}
	c.Flags().StringVar(&d.listen, "listen", "127.0.0.1:8080", "address and port to listen on; port 0 takes a free one")
	c.Flags().StringVar(&d.data, "data", "", "folder to keep the year in (default: a temporary one, removed at the end)")
	c.Flags().Uint64Var(&d.seed, "seed", 1, "which year")
	c.Flags().BoolVar(&d.noServe, "no-serve", false, "show the year and end")
	must(c.MarkFlagDirname("data"))
	return c
}

// run plays, shows and serves. The address is taken first: nobody should wait for a year to learn that a port
// is in use.
func (d *demo) run(ctx context.Context) (err error) {
	var l net.Listener
	if !d.noServe {
		if l, err = listen(ctx, "--listen", d.listen); err != nil {
			return err
		}
		defer func() { _ = l.Close() }() // serving has closed it, if it came to that
	}
	if d.data == "" {
		folder, err := os.MkdirTemp("", "daypass-demo-")
		if err != nil {
			return fmt.Errorf("making a folder for the year: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		d.data = folder
	}
	key := cmp.Or(os.Getenv("DAYPASS_OPERATOR_KEY"), identity.NewOperatorKey())
	h, err := d.open(ctx, key)
	if err != nil {
		return err
	}
	return errors.Join(d.inside(ctx, h, l, key), h.close())
}

// open opens the folder with a virtual clock. Nothing is logged but what is wrong.
func (d *demo) open(ctx context.Context, key string) (*house, error) {
	c := houseConfig{place: place{data: d.data}, clock: clockVirtual, operatorKey: key, out: d.screen.w,
		log: slog.New(slog.NewTextHandler(d.cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: observe.Redact()}))}
	if files, err := filepath.Glob(filepath.Join(d.data, "daypass.db")); err == nil && files == nil {
		c.now = firm.Founded
	}
	return openHouse(ctx, c)
}

// metaDemo is kept once a folder has a whole year.
const metaDemo = "demo"

func (d *demo) inside(ctx context.Context, h *house, l net.Listener, key string) error {
	seed, whole, err := h.journal.Meta(ctx, metaDemo)
	teams, listed := h.desk.Teams(ctx, "", 2)
	switch {
	case err != nil, listed != nil:
		return fmt.Errorf("reading %s: %w", d.data, errors.Join(err, listed))
	case whole:
		err = d.again(ctx, h, seed)
	case slices.Contains(teams, firm.Team):
		return fmt.Errorf("the year in %s was interrupted: remove the folder, or choose another with --data", d.data)
	case len(teams) > 0:
		return fmt.Errorf("%s has teams of its own, and a demo would play among them: choose another folder with --data", d.data)
	default:
		err = d.play(ctx, h)
	}
	if err != nil || d.noServe {
		return err
	}
	return d.serve(ctx, h, l, key)
}

// play plays the year and shows it.
func (d *demo) play(ctx context.Context, h *house) error {
	begin := time.Now()
	progress, done := watchDays(d.cmd.ErrOrStderr())
	played, err := firm.Play(ctx, h.journal, h.clock, firm.Options{Seed: d.seed, Progress: progress})
	done()
	if err != nil {
		return fmt.Errorf("playing the year: %w", err)
	}
	if err := errors.Join(h.saveClock(firm.End), h.journal.SetMeta(ctx, metaDemo, fmt.Sprint(d.seed))); err != nil {
		return fmt.Errorf("keeping the year: %w", err)
	}
	if err := d.reopen(ctx, h); err != nil {
		return err
	}
	year, err := yearbook.Read(ctx, h.desk, firm.Team)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(d.cmd.ErrOrStderr(), "Seed %d: %s made %s in %.1f s.\n\n", d.seed, count(played.Commands, "command", "commands"),
		count(year.Entries, "entry", "entries"), time.Since(begin).Seconds())
	d.screen.year(year, played.Refusals)
	return nil
}

// reopen puts another desk in the place of the one that was opened before there was a year to read.
func (d *demo) reopen(ctx context.Context, h *house) (err error) {
	h.desk.Close()
	h.desk, err = desk.New(ctx, h.journal, desk.Options{Clock: h.clock.Now})
	return err
}

// again goes on in a folder that has its year. A clock that went on by itself was last kept some time ago; it
// must not stand before anything that was decided since.
func (d *demo) again(ctx context.Context, h *house, seed string) error {
	if err := h.clock.Advance(2 * keepEvery); err != nil {
		return err
	}
	d.screen.say("%s has the year of %s already, of seed %s.", d.data, firm.Name, seed)
	if !d.noServe {
		return nil
	}
	year, err := yearbook.Read(ctx, h.desk, firm.Team)
	if err == nil {
		d.screen.say("")
		d.screen.year(year, nil)
	}
	return err
}

// keepEvery is how often a clock that goes on by itself is kept.
const keepEvery = time.Minute

func (d *demo) serve(ctx context.Context, h *house, l net.Listener, key string) error {
	h.clock.Tick()
	ctx, stop := context.WithCancel(ctx)
	kept := make(chan error, 1)
	go func() { kept <- keepClock(ctx, h) }()
	err := h.serve(ctx, l, func(url string) { d.screen.try(h, url, key) })
	stop()
	return errors.Join(err, <-kept)
}

// keepClock keeps where the clock stands, again and again and at the end.
func keepClock(ctx context.Context, h *house) error {
	every := time.NewTicker(keepEvery)
	defer every.Stop()
	for {
		if err := h.saveClock(h.clock.Now()); err != nil {
			return err
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			return h.saveClock(h.clock.Now())
		}
	}
}

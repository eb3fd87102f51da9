package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/observe"
)

// serveFlags are the flags of serve as they were given.
type serveFlags struct {
	listen, advertise, clock, now, logLevel, leaseKey string
	place                                             place
	inside                                            insideFlags
	replaceLeaseKey                                   bool
}

func serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run a server on real data",
		Long: `Run a server on real data, kept in a folder or in a PostgreSQL database. At the first start the folder is made, or the tables in the database, with a key that signs leases and a credential for the operator, which is printed once; DAYPASS_OPERATOR_KEY gives another.

Any number of servers can run on one database, each of which can answer anything. A folder has one. The servers on a database find each other in it, and pass on to one of them what several are asked of a team: they have to reach each other where they listen, or where --advertise says.

--metrics shows what the server measures to Prometheus, --pprof its profiles to who sits at the machine; neither is ever at the public address. Traces are sent to the OpenTelemetry collector that OTEL_EXPORTER_OTLP_ENDPOINT names, by OTLP over HTTP.

With --clock virtual the clock stands still and moves only by daypass clock: for trying things out and for tests. Such data stays with the virtual clock, and real data with the real one.`,
		Example: `daypass serve
daypass serve --listen 0.0.0.0:8080 --data /var/lib/daypass
daypass serve --database postgres://daypass:secret@db.example/daypass
daypass serve --metrics 127.0.0.1:9090 --pprof 127.0.0.1:6060
daypass serve --data ./try --clock virtual --now 2026-01-05T08:00:00Z`,
		Args:    arguments(),
		GroupID: groupServer,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := f.config(cmd)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), f.listen, f.inside, config)
		},
	}
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:8080", "address and port to listen on; port 0 takes a free one")
	c.Flags().StringVar(&f.advertise, "advertise", "", "address and port at which other servers on the database reach this one, if not where it listens (or DAYPASS_ADVERTISE); off: they do not work together")
	f.place.flags(c)
	f.inside.flags(c)
	c.Flags().StringVar(&f.leaseKey, "lease-key", "", "file of the key that signs leases; without it lease.key in the folder, or inside the database")
	c.Flags().StringVar(&f.clock, "clock", "real", "real, or virtual: moves only when told")
	c.Flags().StringVar(&f.now, "now", "", "where a virtual clock begins, such as 2026-01-05T08:00:00Z")
	c.Flags().BoolVar(&f.replaceLeaseKey, "replace-lease-key", false, "go on with another lease.key: leases given out before stop verifying")
	c.Flags().StringVar(&f.logLevel, "log-level", "info", "debug, info, warn or error")
	fixed(c, "clock", "real", "virtual")
	fixed(c, "log-level", "debug", "info", "warn", "error")
	return c
}

// config checks the flags.
func (f serveFlags) config(cmd *cobra.Command) (houseConfig, error) {
	operatorKey, err := secret("DAYPASS_OPERATOR_KEY")
	if err != nil {
		return houseConfig{}, err
	}
	log, err := newLog(cmd.ErrOrStderr(), f.logLevel, append(f.place.secrets(), operatorKey)...)
	if err != nil {
		return houseConfig{}, wrong(cmd, "--log-level %s is not debug, info, warn or error", f.logLevel)
	}
	if f.advertise == "" {
		f.advertise = os.Getenv("DAYPASS_ADVERTISE")
	}
	c := houseConfig{place: f.place, leaseKey: f.leaseKey, clock: clockKind(f.clock), operatorKey: operatorKey,
		replaceLeaseKey: f.replaceLeaseKey, advertise: f.advertise, out: cmd.OutOrStdout(), log: log}
	if f.advertise != "" && f.place.database == "" {
		return houseConfig{}, wrong(cmd, "--advertise is for servers on a database: add --database")
	}
	if _, port, err := net.SplitHostPort(f.advertise); f.advertise != "" && f.advertise != advertiseOff && (err != nil || port == "" || strings.HasPrefix(f.advertise, ":")) {
		return houseConfig{}, wrong(cmd, "--advertise %s is not an address and a port, such as 10.0.0.5:8080, or off", f.advertise)
	}
	if c.clock != clockReal && c.clock != clockVirtual {
		return houseConfig{}, wrong(cmd, "--clock %s is not real or virtual", f.clock)
	}
	if f.now != "" && c.clock == clockReal {
		return houseConfig{}, wrong(cmd, "--now belongs to a virtual clock: add --clock virtual")
	}
	if f.now != "" {
		now, err := api.ParseInstant(f.now)
		if err != nil {
			return houseConfig{}, wrong(cmd, "--now %s %v", f.now, err)
		}
		c.now = now.Time()
	}
	return c, f.inside.check(cmd)
}

func newLog(w io.Writer, level string, secrets ...string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, err
	}
	return observe.NewLog(w, l, secrets...), nil
}

// serve runs a server until it is interrupted. A second interruption ends the program at once.
func serve(ctx context.Context, address string, look insideFlags, c houseConfig) (err error) {
	slog.SetDefault(c.log) // what logs without being told where, a library perhaps, comes out the same way
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	c.inside, err = look.open(ctx, c.log)
	defer func() { err = errors.Join(err, c.inside.close()) }()
	if err != nil {
		return err
	}
	l, err := listen(ctx, "--listen", address)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, c)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	err = h.serve(ctx, l, func(url string) {
		c.inside.announce(c.out)
		_, _ = fmt.Fprintf(c.out, "daypass is listening on %s\n", url)
	})
	return errors.Join(err, h.close())
}

// grace is how long requests under way may take to finish when the server stops.
const grace = 10 * time.Second

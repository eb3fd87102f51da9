package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/observe"
	"github.com/daypass/daypass/server"
)

// insideFlags say where those who run a server look at it. Empty: not at all.
type insideFlags struct{ metrics, pprof string }

func (f *insideFlags) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.metrics, "metrics", "", "address and port for Prometheus, such as 127.0.0.1:9090: /metrics is there, and needs no credential")
	c.Flags().StringVar(&f.pprof, "pprof", "", "address and port of this machine for profiles, such as 127.0.0.1:6060: /debug/pprof/ is there")
}

// check refuses to show profiles to other machines.
func (f *insideFlags) check(cmd *cobra.Command) error {
	if f.pprof != "" && !observe.Loopback(f.pprof) {
		return wrong(cmd, "--pprof %s is not an address that only this machine can reach, and profiles are for nobody else: give one such as 127.0.0.1:6060", f.pprof)
	}
	return nil
}

// inside is what only those who run a server see of it. The zero value shows nothing.
type inside struct {
	metrics *observe.Metrics
	desk    *desk.Metrics
	traces  *observe.Traces
	doors   []door
}

// door is a listener beside the public one, and nothing of the public one's is behind it.
type door struct {
	says string // where it is, for people
	s    *http.Server
}

// open begins to show what is asked for. The caller closes what is returned, also with an error.
func (f *insideFlags) open(ctx context.Context, log *slog.Logger) (in inside, err error) {
	if f.metrics != "" {
		in.metrics = observe.NewMetrics(release())
		in.desk = desk.NewMetrics(in.metrics.Registerer())
		if err := in.door(ctx, "--metrics", f.metrics, "metrics are at http://%s/metrics", in.metrics.Handler(), log); err != nil {
			return in, err
		}
	}
	if f.pprof != "" {
		if err := in.door(ctx, "--pprof", f.pprof, "profiles are at http://%s/debug/pprof/", observe.Profiles(), log); err != nil {
			return in, err
		}
	}
	in.traces, err = observe.StartTraces(ctx, release(), os.Getenv, log)
	return in, err
}

func (in *inside) door(ctx context.Context, flag, address, says string, h http.Handler, log *slog.Logger) error {
	l, err := listen(ctx, flag, address)
	if err != nil {
		return err
	}
	if ip := l.Addr().(*net.TCPAddr).IP; flag == "--pprof" && !ip.IsLoopback() {
		return errors.Join(fmt.Errorf("%s is %s on this machine, which others can reach: give --pprof 127.0.0.1:6060", address, ip), l.Close())
	}
	d := door{says: fmt.Sprintf(says, l.Addr()), s: httpServer(h, log)}
	in.doors = append(in.doors, d)
	go func() {
		if err := d.s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Warn("no longer served", "door", d.says, "error", err)
		}
	}()
	return nil
}

// announce says where everything is.
func (in inside) announce(w io.Writer) {
	for _, d := range in.doors {
		_, _ = fmt.Fprintln(w, d.says)
	}
}

// watch adds what is seen of a desk to its options, and of a journal's connections.
func (in inside) watch(j *journal.Journal, o desk.Options) desk.Options {
	o.Metrics = in.desk
	if in.traces != nil {
		o.Span = func(ctx context.Context) func() { return in.traces.Wait(ctx, "decide and commit") }
	}
	if in.metrics != nil {
		in.metrics.Pool("writer", j.Writer())
		in.metrics.Pool("reader", j.Reader())
	}
	return o
}

// watchLoad adds what a server refuses for want of room.
func (in inside) watchLoad(load func() server.Load) {
	if in.metrics == nil {
		return
	}
	r := in.metrics.Registerer()
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "daypass_refused_connections_held",
		Help: "Connections that were refused and are not listened to yet."}, func() float64 { return float64(load().Held) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "daypass_refused_total",
			Help: "Requests answered busy for want of room."}, func() float64 { return float64(load().Refused) }))
}

// around is a handler with what is seen of its requests.
func (in inside) around(h http.Handler) http.Handler {
	return in.traces.Requests(in.metrics.Requests(h))
}

// flushing is how much of the grace the last traces get: a collector that does not answer must not hold up the end.
const flushing = 3 * time.Second

// flush sends the last traces.
func (in inside) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushing)
	defer cancel()
	in.traces.Close(ctx)
}

// close shuts the doors.
func (in inside) close() error {
	var errs []error
	for _, d := range in.doors {
		errs = append(errs, d.s.Close())
	}
	return errors.Join(errs...)
}

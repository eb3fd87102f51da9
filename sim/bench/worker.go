package bench

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/peer"
)

// hiring is the first line that a worker reads: the database, which may hold a password and so is no argument, and its part
// of the world.
type hiring struct {
	Database string            `json:"database"`
	World    *world            `json:"world"`
	Secret   [sha256.Size]byte `json:"secret"` // of the servers that work together
}

// order is every further line. Each is answered with a line.
type order struct {
	Callers int           `json:"callers"`
	Spell   time.Duration `json:"spell"`
}

// result is how a worker did in its turn, and what its callers were told in all of them.
type result struct {
	Error   string        `json:"error,omitempty"`
	Done    int           `json:"done"`
	Took    time.Duration `json:"took"`
	Charges int64         `json:"charges"`
	Tokens  int64         `json:"tokens"`
}

// Work is one of several servers on a database: a desk in a process of its own, which does what it reads until there
// is no more.
func Work(ctx context.Context, in io.Reader, out io.Writer) (err error) {
	orders, results := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(out)
	var h hiring
	if err := orders.Decode(&h); err != nil {
		return fmt.Errorf("reading what to work on: %w", err)
	}
	j, err := journal.OpenPostgres(ctx, h.Database, journal.Options{})
	if err != nil {
		return err
	}
	f, err := peer.New(rand.Text(), h.Secret, j)
	if err != nil {
		return errors.Join(err, j.Close())
	}
	o, err := openOurs(ctx, j, h.World, 0, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), o.close()) }()
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &http.Server{Handler: f, ReadHeaderTimeout: time.Second}
	go func() { _ = s.Serve(l) }() // it ends with the process
	f.Start(ctx, l.Addr().String(), o.desk)
	r := result{}
	if err := o.touch(ctx); err != nil {
		r.Error = err.Error()
	}
	for {
		r.Charges, r.Tokens = o.told.charges.Load(), o.told.tokens.Load()
		if err := results.Encode(r); err != nil {
			return err
		}
		var next order
		if err := orders.Decode(&next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading what to do: %w", err)
		}
		o.callers = next.Callers
		p, err := o.turn(ctx, next.Spell)
		r = result{Done: p.done, Took: p.took}
		if err != nil {
			r.Error = err.Error()
		}
	}
}

// worker is such a process, seen from the run.
type worker struct {
	cmd     *exec.Cmd
	orders  io.WriteCloser
	results *json.Decoder
	last    result
}

// hire starts a worker and waits until it has all teams in memory.
func hire(ctx context.Context, program string, h hiring) (*worker, error) {
	cmd := exec.CommandContext(ctx, program, WorkerCommand)
	cmd.WaitDelay = 5 * time.Second
	cmd.Stderr = new(limited)
	orders, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	results, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a second server: %w", err)
	}
	w := &worker{cmd: cmd, orders: orders, results: json.NewDecoder(results)}
	if err := json.NewEncoder(orders).Encode(&h); err != nil {
		return nil, errors.Join(w.died(err), w.dismiss())
	}
	if err := w.hear(); err != nil {
		return nil, errors.Join(err, w.dismiss())
	}
	return w, nil
}

// WorkerCommand is the command of a daypass that does Work.
const WorkerCommand = "bench-worker"

// do gives an order and waits for the result.
func (w *worker) do(o order) error {
	if err := json.NewEncoder(w.orders).Encode(&o); err != nil {
		return w.died(err)
	}
	return w.hear()
}

func (w *worker) hear() error {
	w.last = result{}
	if err := w.results.Decode(&w.last); err != nil {
		return w.died(err)
	}
	if w.last.Error != "" {
		return errors.New(w.last.Error)
	}
	return nil
}

func (w *worker) died(err error) error {
	return fmt.Errorf("a server of the measurement ended: %w: %s", err, w.cmd.Stderr)
}

// dismiss lets the worker end.
func (w *worker) dismiss() error { return errors.Join(w.orders.Close(), w.cmd.Wait()) }

// limited keeps the beginning of what a process says on its standard error.
type limited struct{ said []byte }

func (l *limited) Write(b []byte) (int, error) {
	l.said = append(l.said, b[:min(len(b), 2000-min(2000, len(l.said)))]...)
	return len(b), nil
}

func (l *limited) String() string { return string(l.said) }

package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/daypass/daypass/journal"
)

// Part is a kind of figures.
type Part string

// The parts of a run.
const (
	Charges Part = "charges" // the desk against its yardsticks, by shape and callers
	Servers Part = "servers" // two servers on one database against one alone; needs a database
	HTTP    Part = "http"    // over HTTP, against /healthz and against the desk in the process
)

// Parts are all of them.
func Parts() []Part { return []Part{Charges, Servers, HTTP} }

// Options say what to measure, and on what.
type Options struct {
	// Database is the address of a PostgreSQL database, where a run makes schemas of its own and drops them; empty:
	// the embedded one, in folders of its own under Folder.
	Database string
	Folder   string
	// Program is the daypass that serves as the servers of the parts Servers and HTTP.
	Program string
	Parts   []Part
	Shapes  []Shape
	Callers []int
	// Rounds are how often each side has its turn, and Duration is how long one takes.
	Rounds   int
	Duration time.Duration
	// Progress is told before each step; nil: nobody is.
	Progress func(Step)

	scale int // of pgbench's tables
}

// MostTime bounds the time that one side charges for, in all rounds: the teams of a line stay in memory with all
// their passes.
const MostTime = time.Minute

// Step says how far a run is.
type Step struct {
	Done, Of int
	What     string // that is measured now
}

// run is a run under way.
type run struct {
	Options
	engine engine
	step   Step
	rng    *rand.Rand
}

// engine is where a run measures.
type engine interface {
	// ground makes room for one measurement, with nothing in it.
	ground(ctx context.Context) (ground, error)
	// settings are what a reader of the figures has to know.
	settings(ctx context.Context) ([]Setting, error)
	close(ctx context.Context) error
}

// ground is room for one measurement.
type ground interface {
	journal(ctx context.Context) (*journal.Journal, error)
	// yardsticks are what the desk is compared with.
	yardsticks(ctx context.Context, o *ours) ([]player, error)
	// flags and env make a daypass serve on it. What may hold a password is in env, which others do not see.
	flags() []string
	env() []string
	drop(ctx context.Context) error
}

// player is a side with its name.
type player struct {
	name string
	side
}

// Run measures. The report is nil with an error, such as a check that failed: there are no figures without checks.
func Run(ctx context.Context, o Options) (report *Report, err error) {
	if o.Progress == nil {
		o.Progress = func(Step) {}
	}
	if o.scale == 0 {
		o.scale = pgbenchScale
	}
	r := &run{Options: o, rng: rand.New(rand.NewPCG(1, uint64(o.Rounds)))}
	if r.engine, err = r.open(ctx); err != nil {
		return nil, err
	}
	defer func() {
		if err = errors.Join(err, r.engine.close(ctx)); err != nil {
			report = nil
		}
	}()
	return r.measure(ctx)
}

func (r *run) open(ctx context.Context) (engine, error) {
	if r.Database != "" {
		return openPostgres(ctx, r.Database, r.scale)
	}
	return openEmbedded(r.Folder)
}

func (r *run) measure(ctx context.Context) (*Report, error) {
	settings, err := r.engine.settings(ctx)
	if err != nil {
		return nil, err
	}
	report := newReport(r.Options, settings)
	r.step.Of = r.steps()
	for _, s := range r.Shapes {
		for _, callers := range r.Callers {
			if !slices.Contains(r.Parts, Charges) {
				continue
			}
			line, err := r.line(ctx, s, callers)
			if err != nil {
				return nil, fmt.Errorf("measuring %s: %w", label(s, callers), err)
			}
			report.Lines = append(report.Lines, line)
		}
	}
	if r.two() {
		for _, s := range r.Shapes {
			for _, callers := range r.pairCallers() {
				pair, err := r.servers(ctx, s, callers)
				if err != nil {
					return nil, fmt.Errorf("measuring two servers, %s: %w", label(s, callers), err)
				}
				report.Servers = append(report.Servers, pair)
			}
		}
	}
	if slices.Contains(r.Parts, HTTP) {
		if report.HTTP, err = r.http(ctx); err != nil {
			return nil, fmt.Errorf("measuring over HTTP: %w", err)
		}
	}
	return report, nil
}

// two reports whether two servers are measured: the embedded database has only one.
func (r *run) two() bool { return slices.Contains(r.Parts, Servers) && r.Database != "" }

// stepsOfLine are the founding, the warming up, the rounds and the checks.
func (r *run) steps() (n int) {
	each := r.Rounds + 3
	if slices.Contains(r.Parts, Charges) {
		n += each * len(r.Shapes) * len(r.Callers)
	}
	if r.two() {
		n += each * len(r.Shapes) * len(r.pairCallers())
	}
	if slices.Contains(r.Parts, HTTP) {
		n += each
	}
	return n
}

func (r *run) at(format string, args ...any) {
	r.step.What = fmt.Sprintf(format, args...)
	r.Progress(r.step)
	r.step.Done++
}

func label(s Shape, callers int) string {
	if callers == 1 {
		return s.Name + ", 1 caller"
	}
	return fmt.Sprintf("%s, %d callers", s.Name, callers)
}

// lasting is how long a side charges at most: all its rounds, the warming up, and what comes late.
func (r *run) lasting() time.Duration { return time.Duration(r.Rounds+2) * r.Duration }

// settled is a desk on new teams.
func settled(ctx context.Context, g ground, w *world, callers int) (*ours, error) {
	j, err := g.journal(ctx)
	if err != nil {
		return nil, err
	}
	o, err := openOurs(ctx, j, w, callers, nil)
	if err != nil {
		return nil, err
	}
	if err := w.found(ctx, j, o.desk); err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}

// line measures one shape from a number of callers.
func (r *run) line(ctx context.Context, s Shape, callers int) (l Line, err error) {
	r.at("%s: founding", label(s, callers))
	g, err := r.engine.ground(ctx)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, g.drop(ctx)) }()
	o, err := settled(ctx, g, newWorld(s, r.lasting()), callers)
	if err != nil {
		return l, err
	}
	sides := []player{{"desk", o}}
	defer func() { err = errors.Join(err, closeAll(sides)) }()
	others, err := g.yardsticks(ctx, o)
	sides = append(sides, others...)
	if err != nil {
		return l, err
	}
	paces, err := r.interleave(ctx, label(s, callers), sides)
	return lineOf(s, callers, sides, paces), err
}

// interleave lets all sides warm up, then take turns in each round, in an order that is drawn anew: what one leaves
// behind for the next, in memory or on the disk, falls on each in turn. Then all are checked.
func (r *run) interleave(ctx context.Context, what string, sides []player) ([][]pace, error) {
	runtime.GC() // what was measured before is not this one's to clear away
	r.at("%s: warming up", what)
	for _, s := range sides {
		if _, err := s.turn(ctx, r.Duration/4); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	paces := make([][]pace, len(sides))
	for round := range r.Rounds {
		r.at("%s: round %d of %d", what, round+1, r.Rounds)
		for _, i := range r.rng.Perm(len(sides)) {
			p, err := sides[i].turn(ctx, r.Duration)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", sides[i].name, err)
			}
			paces[i] = append(paces[i], p)
		}
	}
	r.at("%s: checking", what)
	for _, s := range sides {
		if err := s.check(ctx); err != nil {
			return nil, fmt.Errorf("%s: the check failed: %w", s.name, err)
		}
	}
	return paces, nil
}

func closeAll(sides []player) error {
	var errs []error
	for _, s := range slices.Backward(sides) {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/daypass/daypass/license"
)

const (
	webConnections = 256
	// A bulk request opens bulkItems sessions. On bulkConnections there are as many charges under way as callers in the
	// process have.
	bulkItems       = 128
	bulkConnections = 16
	insideCallers   = bulkItems * bulkConnections
)

// web asks a server over kept connections.
type web struct {
	lines []line
	// request makes the next request into a buffer; charges is how many charges it asks for. Both are 0 for /healthz.
	request func([]byte) ([]byte, error)
	charges int
	told    told
	audit   func(context.Context) error // after all rounds; nil: nothing
}

func newWeb(ctx context.Context, s *served, connections int, dial dialer, method, path string) (*web, error) {
	w := &web{}
	for range connections {
		one, err := dial(ctx, s.address, method, path, s.key)
		if err != nil {
			return nil, errors.Join(err, w.close())
		}
		w.lines = append(w.lines, one)
	}
	return w, nil
}

// leaseLeast is shorter than any lease, in bytes.
const leaseLeast = 400

// charged is what an answer says for each session that was charged.
var charged = []byte(`"code":"tokens_charged"`)

func (w *web) turn(ctx context.Context, spell time.Duration) (pace, error) {
	buffers := make([][]byte, len(w.lines))
	return load(ctx, len(w.lines), spell, func(_ context.Context, caller int) (n int, err error) {
		var body []byte
		if w.request != nil {
			if body, err = w.request(buffers[caller][:0]); err != nil {
				return 0, err
			}
			buffers[caller] = body
		}
		answer, err := w.lines[caller].ask(body)
		if err != nil {
			return 0, err
		}
		if w.charges == 0 {
			return 1, nil
		}
		n = count(answer)
		w.told.charges.Add(int64(n))
		w.told.tokens.Add(int64(n) * int64(cost))
		if n != w.charges {
			return n, fmt.Errorf("of %d openings %d were charged: %.500s", w.charges, n, answer)
		}
		return n, nil
	})
}

// count is how many sessions an answer says were charged. Behind each stands its lease, in which there is nothing to look
// for: were one shorter, the count would be short, and the run would end.
func count(answer []byte) (n int) {
	for {
		i := bytes.Index(answer, charged)
		if i < 0 {
			return n
		}
		n++
		answer = answer[min(len(answer), i+leaseLeast):]
	}
}

func (w *web) check(ctx context.Context) error {
	if w.audit == nil {
		return nil
	}
	return w.audit(ctx)
}

func (w *web) close() error {
	var errs []error
	for _, one := range w.lines {
		errs = append(errs, one.close())
	}
	return errors.Join(errs...)
}

// appendOpening is the body of an opening.
func appendOpening(b []byte, o license.Open) []byte {
	b = append(append(b, `{"id":"`...), o.Session...)
	b = append(append(b, `","user":"`...), o.User...)
	b = append(append(b, `","product":"`...), o.Product...)
	return append(b, `"}`...)
}

// opens asks for one charged opening at a time.
func opens(ctx context.Context, s *served, dial dialer, w *world) (*web, error) {
	c, err := newWeb(ctx, s, webConnections, dial, "POST", "/v1/teams/"+teamName(0)+"/sessions")
	if err != nil {
		return nil, err
	}
	c.charges, c.request = 1, func(b []byte) ([]byte, error) {
		_, o, err := w.opening()
		return appendOpening(b, o), err
	}
	return c, nil
}

// bulk asks for many at once.
func bulk(ctx context.Context, s *served, w *world) (*web, error) {
	c, err := newWeb(ctx, s, bulkConnections, dialWire, "POST", "/v1/teams/"+teamName(0)+"/sessions/bulk")
	if err != nil {
		return nil, err
	}
	c.charges, c.request = bulkItems, func(b []byte) ([]byte, error) {
		b = append(b, `{"items":[`...)
		for i := range bulkItems {
			_, o, err := w.opening()
			if err != nil {
				return nil, err
			}
			if i > 0 {
				b = append(b, ',')
			}
			b = appendOpening(b, o)
		}
		return append(b, `]}`...), nil
	}
	return c, nil
}

// site is a server with its callers.
type site struct {
	ground                  ground
	server                  *served
	health, opens, bulk     *web
	usualHealth, usualOpens *web // with Go's own client
}

func (r *run) openSite(ctx context.Context, s Shape) (t *site, err error) {
	g, err := r.engine.ground(ctx)
	if err != nil {
		return nil, err
	}
	t = &site{ground: g}
	w := newWorld(s, 3*r.lasting())
	o, err := settled(ctx, g, w, 1)
	if err == nil {
		err = o.close()
	}
	if err == nil {
		t.server, err = serve(ctx, r.Program, g)
	}
	if err == nil {
		t.health, err = newWeb(ctx, t.server, webConnections, dialWire, "GET", "/healthz")
	}
	if err == nil {
		t.opens, err = opens(ctx, t.server, dialWire, w.part(0, 3, false))
	}
	if err == nil {
		t.bulk, err = bulk(ctx, t.server, w.part(1, 3, false))
	}
	if err == nil {
		t.usualHealth, err = newWeb(ctx, t.server, webConnections, dialUsual, "GET", "/healthz")
	}
	if err == nil {
		t.usualOpens, err = opens(ctx, t.server, dialUsual, w.part(2, 3, false))
	}
	if err != nil {
		return nil, errors.Join(err, t.close())
	}
	t.opens.audit = t.check
	return t, nil
}

// check stops the server and compares what all its callers were told with what it has left behind.
func (t *site) check(ctx context.Context) error {
	if err := t.server.stop(); err != nil {
		return err
	}
	j, err := t.ground.journal(ctx)
	if err != nil {
		return err
	}
	var charges, tokens int64
	for _, w := range []*web{t.opens, t.bulk, t.usualOpens} {
		charges += w.told.charges.Load()
		tokens += w.told.tokens.Load()
	}
	return errors.Join(audit(ctx, j, charges, tokens), j.Close())
}

func (t *site) close() error {
	var errs []error
	for _, w := range []*web{t.health, t.opens, t.bulk, t.usualHealth, t.usualOpens} {
		if w != nil {
			errs = append(errs, w.close())
		}
	}
	if t.server != nil {
		errs = append(errs, t.server.stop())
	}
	return errors.Join(append(errs, t.ground.drop(context.Background()))...)
}

// inside is a desk in this process on a ground of its own.
type inside struct {
	*ours
	ground ground
}

func (r *run) openInside(ctx context.Context, s Shape) (*inside, error) {
	g, err := r.engine.ground(ctx)
	if err != nil {
		return nil, err
	}
	o, err := settled(ctx, g, newWorld(s, r.lasting()), insideCallers)
	if err != nil {
		return nil, errors.Join(err, g.drop(ctx))
	}
	return &inside{o, g}, nil
}

func (i *inside) close() error {
	return errors.Join(i.ours.close(), i.ground.drop(context.Background()))
}

// http measures a server on one hot team, and in the same rounds a desk in this process.
func (r *run) http(ctx context.Context) (_ *Web, err error) {
	what := fmt.Sprintf("over HTTP, %d connections", webConnections)
	r.at("%s: founding", what)
	t, err := r.openSite(ctx, hot)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	here, err := r.openInside(ctx, hot)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, here.close()) }()
	paces, err := r.interleave(ctx, what, []player{{"/healthz", t.health}, {"charged opens", t.opens}, {"bulk", t.bulk},
		{"in the process", here}, {"/healthz, Go's own client", t.usualHealth}, {"charged opens, Go's own client", t.usualOpens}})
	if err != nil {
		return nil, err
	}
	return webOf(paces[0], paces[1], paces[2], paces[3], paces[4], paces[5]), nil
}

func webOf(health, opens, bulk, inside, usualHealth, usualOpens []pace) *Web {
	rate := pace.perSecond
	return &Web{Connections: webConnections, Health: middle(health, rate), Opens: middle(opens, rate), OpensRatio: ratio(opens, health, rate, rate),
		P50: middle(opens, half), P99: middle(opens, tail), BulkItems: bulkItems, Bulk: middle(bulk, rate), Inside: middle(inside, rate),
		BulkRatio: ratio(bulk, inside, rate, rate), UsualHealth: middle(usualHealth, rate), UsualOpens: middle(usualOpens, rate),
		UsualOpensRatio: ratio(usualOpens, usualHealth, rate, rate)}
}

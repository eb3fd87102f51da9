package client

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/api"
)

// line answers each request with the next of its replies, the last again and again.
type line struct {
	replies []reply
	heard   []*http.Request
	bodies  []string
}

type reply struct {
	status int
	after  string // Retry-After
	body   string
	err    error
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	l.heard, l.bodies = append(l.heard, r), append(l.bodies, string(body))
	next := l.replies[min(len(l.heard), len(l.replies))-1]
	if next.err != nil {
		return nil, next.err
	}
	header := http.Header{}
	if next.after != "" {
		header.Set("Retry-After", next.after)
	}
	return &http.Response{StatusCode: next.status, Status: http.StatusText(next.status), Header: header,
		Body: io.NopCloser(strings.NewReader(next.body)), Request: r}, nil
}

func on(t *testing.T, replies ...reply) (*Client, *line) {
	l := &line{replies: replies}
	c, err := New(Options{Server: "http://daypass.test/", Key: "dpk_1", HTTP: &http.Client{Transport: l}})
	if err != nil {
		t.Fatal(err)
	}
	return c, l
}

var (
	cut     = reply{err: io.ErrUnexpectedEOF}
	closed  = reply{err: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}}
	busy    = reply{status: 503, body: `{"code":"busy","status":503}`}
	granted = reply{status: 200, body: `{"session":"ses-1","outcome":"granted","code":"pass_live","position":3}`}
)

func open(ctx context.Context, c *Client) error {
	_, err := c.Open(ctx, "acme", api.SessionRequest{ID: "ses-1", User: "ben", Product: "autocad"})
	return err
}

func advance(ctx context.Context, c *Client) error {
	by := api.Duration(time.Hour)
	_, err := c.MoveClock(ctx, api.ClockRequest{Advance: &by})
	return err
}

// What can be sent twice is sent again after a broken line and when the server asks for it; what cannot is
// sent again only when it was not taken.
func TestSentAgain(t *testing.T) {
	now := reply{status: 200, body: `{"now":"2026-01-05T08:00:00.000Z"}`}
	for _, c := range []struct {
		name    string
		replies []reply
		do      func(context.Context, *Client) error
		sent    int
		fails   bool
		atLeast time.Duration
	}{
		{"at once", []reply{granted}, open, 1, false, 0},
		{"after a cut line", []reply{cut, granted}, open, 2, false, 50 * time.Millisecond},
		{"after a refused connection", []reply{closed, closed, granted}, open, 3, false, 150 * time.Millisecond},
		{"bounded", []reply{cut}, open, DefaultAttempts, true, 0},
		{"when busy", []reply{busy, granted}, open, 2, false, 50 * time.Millisecond},
		{"not before it is asked for", []reply{{status: 503, after: "2", body: busy.body}, granted}, open, 2, false, 2 * time.Second},
		{"not when that is too long", []reply{{status: 503, after: "3600", body: busy.body}, granted}, open, 1, true, 0},
		{"when there were too many", []reply{{status: 429, body: `{"code":"rate_limited","status":429}`}, granted}, open, 2, false, time.Second},
		{"not what is wrong", []reply{{status: 422, body: `{"code":"body_invalid","status":422}`}}, open, 1, true, 0},
		{"not what failed inside", []reply{{status: 500, body: `{"code":"internal","status":500}`}}, open, 1, true, 0},
		{"moved on, cut", []reply{cut, now}, advance, 1, true, 0},
		{"moved on, not taken", []reply{closed, busy, now}, advance, 3, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, l := on(t, c.replies...)
				began := time.Now()
				err := c.do(t.Context(), client)
				if (err != nil) != c.fails || len(l.heard) != c.sent || time.Since(began) < c.atLeast {
					t.Errorf("got %v after %d requests and %v, want failure %v after %d and at least %v",
						err, len(l.heard), time.Since(began), c.fails, c.sent, c.atLeast)
				}
				for _, body := range l.bodies {
					if body != l.bodies[0] {
						t.Errorf("the request changed from %s to %s", l.bodies[0], body)
					}
				}
			})
		})
	}
}

// Of what a busy server refuses, a part is sent again: a hundred times, and once more for ten answers.
func TestRetriesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, l := on(t, busy)
		ask := func(n int) int {
			before := len(l.heard)
			for range n {
				_ = open(t.Context(), c)
			}
			return len(l.heard) - before
		}
		if got, want := ask(200), 200+retriesAhead; got != want {
			t.Errorf("200 requests to a busy server: got %d sent, want %d", got, want)
		}
		l.replies = []reply{granted}
		ask(50)
		l.replies = []reply{busy}
		if got, want := ask(20), 20+5; got != want {
			t.Errorf("after 50 answers: got %d sent for 20, want %d", got, want)
		}
		l.replies = []reply{granted}
		ask(2000)
		l.replies = []reply{busy}
		if got, want := ask(100), 100+retriesAhead; got != want {
			t.Errorf("after many answers: got %d sent for 100, want %d", got, want)
		}
	})
}

// Who was refused in one instant does not come back in one.
func TestRetriesAreSpread(t *testing.T) {
	later := again{after: 2 * time.Second, busy: true, random: time.Second}
	first, last := time.Hour, time.Duration(0)
	for range 1000 {
		wait, ok := later.in(1)
		if !ok || wait < 2*time.Second || wait > 3*time.Second {
			t.Fatal(wait, ok)
		}
		first, last = min(first, wait), max(last, wait)
	}
	if last-first < 900*time.Millisecond {
		t.Errorf("they come back between %v and %v", first, last)
	}
}

func TestContextEndsTheWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := on(t, reply{status: 503, after: "20", body: busy.body})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := open(ctx, c); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's end", err)
		}
	})
}

func TestRequest(t *testing.T) {
	c, l := on(t, granted)
	if err := open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	r := l.heard[0]
	got := []string{r.Method, r.URL.String(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), l.bodies[0]}
	want := []string{"POST", "http://daypass.test/v1/teams/acme/sessions", "Bearer dpk_1", "application/json",
		`{"id":"ses-1","user":"ben","product":"autocad"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What names itself by no id of its own gets a key, the same at each attempt and another for each request.
func TestIdempotencyKey(t *testing.T) {
	c, l := on(t, busy, reply{status: 201, body: `{"id":"u1"}`})
	for range 2 {
		if _, err := c.AddUser(t.Context(), "acme", api.UserRequest{Name: "Ben", Email: "ben@acme.example"}); err != nil {
			t.Fatal(err)
		}
	}
	var keys []string
	for _, r := range l.heard {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
	}
	if len(keys) != 3 || keys[0] == "" || keys[0] != keys[1] || keys[1] == keys[2] {
		t.Errorf("got the keys %q, want one for the first request and its repetition, and another", keys)
	}
}

func TestAddressesHoldAnything(t *testing.T) {
	c, l := on(t, reply{status: 200, body: `{}`})
	if _, err := c.Assign(t.Context(), "acme", "ben/../x?y", "a b", api.AssignmentRequest{}); err != nil {
		t.Fatal(err)
	}
	want := "/v1/teams/acme/users/ben%2F..%2Fx%3Fy/assignments/a%20b"
	if got := l.heard[0].URL.EscapedPath(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestErrors(t *testing.T) {
	var problem *api.Problem
	c, _ := on(t, reply{status: 404, body: `{"code":"not_found","status":404,"detail":"there is no such team"}`})
	if err := open(t.Context(), c); !errors.As(err, &problem) || problem.Code != api.CodeNotFound || problem.Detail == "" {
		t.Errorf("got %v, want the server's problem", err)
	}
	c, _ = on(t, reply{status: 502, body: `<html>`})
	if err := open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "Bad Gateway") {
		t.Errorf("got %v, want what a stranger answered", err)
	}
	var unreachable *Unreachable
	c, _ = on(t, cut)
	if err := advance(t.Context(), c); !errors.As(err, &unreachable) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, want that no answer came, and why", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, o := range []Options{{}, {Server: "127.0.0.1:8080"}, {Server: "ftp://x"}, {Server: "http://x?y"},
		{Server: "http://x", Key: "two words"}, {Server: "http://x", Key: "line\n"}} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}

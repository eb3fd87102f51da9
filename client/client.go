// Package client is Daypass in Go: one method for each address of the server, with the types of package api.
//
// A refusal is an answer and no error. An error is an [*api.Problem] when the server answered with one, a
// [*Unreachable] when no answer came, or the context's own.
//
// What can be sent twice without doing it twice is sent again by itself: after a broken connection, and when
// the server asks to try later; of what a busy server refuses only a part, so that it does not get more to do by it.
// Whoever makes the id of a session, job or order before asking, and keeps it,
// gets one answer however often the line breaks.
package client

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Options say where a server is and who is calling.
type Options struct {
	// Server is its address, "http://127.0.0.1:8080".
	Server string
	// Key is the bearer credential; empty calls as anyone.
	Key string
	// HTTP carries the requests; nil is a client that gives up after 30 seconds.
	HTTP *http.Client
	// Attempts bounds how often a request is sent in all; 0 is 4.
	Attempts int
	// Answer sees the bytes of each answer that is not a problem, for programs that pass them on; nil: nobody.
	Answer func(body []byte)
}

// Client talks to one server. Its methods can be called at any time from anywhere.
type Client struct {
	server   string
	key      string
	http     *http.Client
	attempts int
	answer   func([]byte)
	budget   budget
}

// DefaultAttempts is how often a request is sent in all.
const DefaultAttempts = 4

// New checks the address and returns a client. It does not connect.
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.Server)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("the server's address %q is not one such as http://127.0.0.1:8080", o.Server)
	}
	if strings.ContainsAny(o.Key, " \t\r\n") {
		return nil, fmt.Errorf("a credential has no spaces or line breaks")
	}
	c := &Client{server: strings.TrimRight(o.Server, "/"), key: o.Key, http: o.HTTP, attempts: o.Attempts, answer: o.Answer}
	if c.http == nil {
		c.http = &http.Client{Timeout: 30 * time.Second}
	}
	if c.attempts == 0 {
		c.attempts = DefaultAttempts
	}
	return c, nil
}

// Unreachable says that no answer came: the server is not there, or the line broke. What was asked may have
// been done all the same.
type Unreachable struct {
	Server string
	Cause  error
}

func (e *Unreachable) Error() string { return fmt.Sprintf("no answer from %s: %v", e.Server, e.Cause) }

// Unwrap returns the cause.
func (e *Unreachable) Unwrap() error { return e.Cause }

package server

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync/atomic"
)

// Headers of every answer, made once: they are not written to.
var (
	nosniff    = []string{"nosniff"}
	noStore    = []string{"no-store"}
	noContent  = []string{"default-src 'none'; frame-ancestors 'none'"}
	sameOrigin = []string{"same-origin"}
	noReferrer = []string{"no-referrer"}
)

// ServeHTTP is what every request goes through: a name, the headers of safety, a net under panics, and the log.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["X-Request-Id"] = s.ids.next()
	h["X-Content-Type-Options"] = nosniff
	h["Cache-Control"] = noStore
	h["Content-Security-Policy"] = noContent
	h["Cross-Origin-Resource-Policy"] = sameOrigin
	h["Referrer-Policy"] = noReferrer
	if s.log.Enabled(r.Context(), slog.LevelDebug) {
		seen := &recorder{ResponseWriter: w, status: http.StatusOK}
		defer s.note(seen, r)
		w = seen
	}
	defer s.catch(w, r)
	// The mux would answer an address that is not in its plain form with a redirection.
	if !isPlain(r.URL.Path) {
		s.notHere(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// catch answers a panic. Handlers write nothing before their answer is whole, so nothing was sent yet.
func (s *Server) catch(w http.ResponseWriter, r *http.Request) {
	cause := recover()
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	s.fail(w, r, &panicked{cause, debug.Stack()})
}

// panicked is a panic as an error.
type panicked struct {
	cause any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.cause, p.stack) }

// recorder remembers the status for the log.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets a whole answer be sent before its handler returns.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// note logs a request: its path and never its headers, body or parameters.
func (s *Server) note(w *recorder, r *http.Request) {
	s.log.DebugContext(r.Context(), "answered", "method", r.Method, "path", short(r.URL.Path), "status", w.status,
		"request", w.Header().Get("X-Request-Id"))
}

// requestIDs names requests: a random part for the server's life, and a count. None is accepted from outside.
type requestIDs struct {
	life  string
	count atomic.Uint64
}

func newRequestIDs() *requestIDs {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	return &requestIDs{life: hex.EncodeToString(b[:]) + "-"}
}

// next is a header's value.
func (i *requestIDs) next() []string {
	var space [32]byte
	b := strconv.AppendUint(append(space[:0], i.life...), i.count.Add(1), 10)
	return []string{string(b)}
}

// Package server is JSON over HTTP: it says who may call what, translates, and calls the desk. It holds no
// rules. The whole table of routes is in routes.go; the mux, the authorization and the openapi document are
// made from it.
package server

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
)

// Options are what a server is made of. All but Clock, SaveClock, Ready and Log are required.
type Options struct {
	Desk   *desk.Desk
	Keys   *identity.Keys
	Leases api.SigningKey
	// Clock is the virtual clock that POST /v1/clock moves; nil is a real clock, which nobody moves.
	Clock *desk.VirtualClock
	// SaveClock keeps where the virtual clock is about to stand, before it stands there.
	SaveClock func(time.Time) error
	// Ready says why the server cannot decide now; nil is always ready. Callers are told the reason of an error that has
	// the method Reason() string.
	Ready func(context.Context) error
	// Log gets what failed inside the server, and at debug level every request; nil is the default log.
	Log *slog.Logger
}

// Server answers HTTP.
type Server struct {
	desk   *desk.Desk
	keys   *identity.Keys
	signer *signer
	jwks   api.JWKS
	clock  *desk.VirtualClock
	save   func(time.Time) error
	moving sync.Mutex // one move of the clock at a time
	ready  func(context.Context) error
	log    *slog.Logger
	ids    *requestIDs
	door   *door
	mux    *http.ServeMux
	// document is the openapi document of the table, written when it is first asked for.
	document func() ([]byte, error)
}

// New builds the server from its table of routes.
func New(o Options) *Server {
	s := &Server{desk: o.Desk, keys: o.Keys, signer: &signer{key: o.Leases}, clock: o.Clock, save: o.SaveClock, ready: o.Ready,
		log: o.Log, ids: newRequestIDs(), door: newDoor(desk.Stopwatch(), max(leastProcessors, runtime.GOMAXPROCS(0)))}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.ready == nil {
		s.ready = func(context.Context) error { return nil }
	}
	if s.save == nil {
		s.save = func(time.Time) error { return nil }
	}
	s.jwks = api.JWKS{Keys: []api.JWK{api.NewJWK(o.Leases.Public())}}
	s.mux = s.newMux(routes)
	s.document = sync.OnceValues(func() ([]byte, error) { return json.Marshal(describe(routes)) })
	return s
}

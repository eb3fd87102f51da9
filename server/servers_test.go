package server

import (
	"context"
	"testing"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/journal/pgtest"
)

// newServers are two servers on one database, furnished by the first.
func newServers(t *testing.T) (a, b *world) {
	address := pgtest.URL(t)
	on := func(o *Options) {
		j, err := journal.OpenPostgres(t.Context(), address, journal.Options{})
		must(t, err)
		t.Cleanup(func() { must(t, j.Close()) })
		d, err := desk.New(context.Background(), j, desk.Options{Clock: o.Clock.Now})
		must(t, err)
		t.Cleanup(d.Close)
		o.Desk, o.Keys = d, identity.NewKeys(j, d.Now, desk.Stopwatch(), operatorKey)
	}
	a = newPeople(t, on)
	other := Options{Leases: a.lease, Clock: a.clock, Log: a.Server.log}
	on(&other)
	return a, &world{Server: New(other), t: t, clock: a.clock, lease: a.lease, log: a.log, secret: a.secret}
}

// TestRightsOnEveryServer: what one server changes about a person or a key holds on the other with the next request.
func TestRightsOnEveryServer(t *testing.T) {
	a, b := newServers(t)
	users := func(w *world, name string) answer { return w.as(name, "GET", "/v1/teams/acme/users?limit=1", "") }
	for _, why := range dead {
		for _, w := range []*world{a, b} {
			w.wantProblem(users(w, why), api.CodeCredentialInvalid, why)
		}
	}
	steps := []struct {
		as, method, target, body string
		whose                    string
		after                    api.Code // of whose requests; none: they are let in
	}{
		{"acme/ada", "PUT", "/users/cleo/role", `{"role":"user"}`, "acme/cleo", api.CodeCredentialInvalid},
		{"acme/ada", "PUT", "/users/cleo/role", `{"role":"secondary_admin"}`, "acme/cleo", ""},
		{"acme/ada", "POST", "/hand-over", `{"to":"cleo"}`, "acme/ada", ""},
		{"acme/cleo", "PUT", "/users/ada/role", `{"role":"guest"}`, "acme/ada", api.CodeCredentialInvalid},
		{"acme/cleo", "DELETE", "/users/ben", "", "acme/ben", api.CodeCredentialInvalid},
		{"acme/cleo", "DELETE", "/keys/reports", "", "acme/reports", api.CodeCredentialInvalid},
		{"operator", "POST", "/keys/admin/rotate", `{"overlap":"0s"}`, "acme/admin", api.CodeCredentialInvalid},
	}
	for i, s := range steps {
		by, seen := a, b
		if i%2 == 1 {
			by, seen = b, a
		}
		by.okAs(s.as, s.method, "/v1/teams/acme"+s.target, s.body)
		for _, w := range []*world{seen, by} {
			got := users(w, s.whose)
			if s.after != "" {
				w.wantProblem(got, s.after, s.whose+" after "+s.target)
			} else if got.status != 200 {
				t.Errorf("%s after %s: got %d %s", s.whose, s.target, got.status, got.body)
			}
		}
	}
}

package server

import (
	"bytes"
	"strings"
	"testing"

	"github.com/daypass/daypass/api"
)

// address fills a row's path.
func (r *route) address(team string) string {
	ids := map[string]string{"team": team, "user": "ben", "what": "flex", "product": "revit"}
	path := r.path
	for _, id := range r.ids() {
		value, ok := ids[id]
		if !ok {
			value = "x"
		}
		path = strings.ReplaceAll(path, "{"+id+"}", value)
	}
	return path
}

// Every row against every caller: nobody, a wrong credential, each role in its own team, in another's and in one
// that is not there.
func TestWhoMayCallWhat(t *testing.T) {
	w := newWorld(t)
	before := w.balance("globex").Position
	kinds := map[string]who{"operator": operator, "acme/admin": secondary, "acme/reports": reports, "acme/product": product}
	for i := range routes {
		r := &routes[i]
		target := r.address("acme")
		if r.who&anyone != 0 {
			if a := w.as("", r.method, target, ""); a.status/100 != 2 && a.status != 400 { // a body may be missing
				t.Errorf("%s %s without a credential: %d", r.method, target, a.status)
			}
			continue
		}
		missing := w.as("", r.method, target, "")
		w.wantProblem(missing, api.CodeCredentialMissing, r.path)
		wrong := w.as("dpk_nobody", r.method, target, "")
		w.wantProblem(wrong, api.CodeCredentialInvalid, r.path)
		if missing.header.Get("WWW-Authenticate") == "" || wrong.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", r.path)
		}
		for caller, role := range kinds {
			w.checkCaller(r, caller, role)
		}
	}
	if now := w.balance("globex").Position; now != before {
		t.Errorf("globex went from %d to %d", before, now)
	}
}

func (w *world) checkCaller(r *route, caller string, role who) {
	w.t.Helper()
	own := w.as(caller, r.method, r.address("acme"), "")
	p := api.Problem{}
	if own.status >= 400 {
		p = readAs[api.Problem](w, own)
	}
	if r.who&role == 0 {
		w.wantProblem(own, api.CodeForbidden, caller+" "+r.path)
	} else if own.status == 401 || own.status == 403 || p.Detail == errNoTeam.Detail {
		w.t.Errorf("%s may not %s %s: %d %s", caller, r.method, r.path, own.status, own.body)
	}
	if role == operator || !strings.Contains(r.path, "{team}") {
		return
	}
	foreign, unknown := w.as(caller, r.method, r.address("globex"), ""), w.as(caller, r.method, r.address("nowhere"), "")
	w.wantProblem(foreign, api.CodeNotFound, caller+" in another team: "+r.path)
	same := bytes.ReplaceAll(foreign.body, []byte("globex"), []byte("nowhere"))
	if foreign.status != unknown.status || !bytes.Equal(same, unknown.body) || len(foreign.header) != len(unknown.header) {
		w.t.Errorf("%s: another's team %s, none %s", r.path, foreign.body, unknown.body)
	}
}

// The operator hears of a team that is not there in the same words.
func TestUnknownTeam(t *testing.T) {
	w := newWorld(t)
	for i := range routes {
		r := &routes[i]
		if r.method != "GET" || !strings.Contains(r.path, "{team}") {
			continue
		}
		if p := w.wantProblem(w.as("operator", "GET", r.address("nowhere"), ""), api.CodeNotFound, r.path); p.Detail != errNoTeam.Detail {
			t.Errorf("%s: %q", r.path, p.Detail)
		}
	}
}

func TestRevokedKeyEndsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.okAs("acme/admin", "GET", "/v1/teams/acme/users", "")
	w.ok("DELETE", "/v1/teams/acme/keys/admin", "")
	w.wantProblem(w.as("acme/admin", "GET", "/v1/teams/acme/users", ""), api.CodeCredentialInvalid, "revoked")
	w.ok("DELETE", "/v1/teams/acme/keys/admin", "")
	w.wantProblem(w.as("operator", "DELETE", "/v1/teams/acme/keys/none", ""), api.CodeNotFound, "no such key")
}

func TestOtherMethodsAndAddresses(t *testing.T) {
	w := newWorld(t)
	for i := range routes {
		r := &routes[i]
		for _, method := range []string{"PATCH", "OPTIONS", "TRACE"} {
			a := w.as("operator", method, r.address("acme"), "")
			w.wantProblem(a, api.CodeMethodNotAllowed, method+" "+r.path)
			if !strings.Contains(a.header.Get("Allow"), r.method) {
				t.Errorf("%s: Allow %q", r.path, a.header.Get("Allow"))
			}
		}
	}
	for _, target := range []string{"/", "/v1", "/v1/", "/v1/teams/", "/v1//teams", "/v1/teams/../teams", "/v2/clock", "/V1/clock", "/v1/teams/acme/sessions/x", "/favicon.ico"} {
		w.wantProblem(w.as("operator", "DELETE", target, ""), api.CodeNotFound, target)
	}
}

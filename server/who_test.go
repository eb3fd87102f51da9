package server

import (
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

// Nobody gets far without a credential, and hears how to bring one.
func TestNoCredential(t *testing.T) {
	w := newWorld(t)
	for i := range routes {
		r := &routes[i]
		target := r.address("acme")
		if r.who&anyone != 0 {
			if a := w.as("", r.method, target, ""); a.status/100 != 2 && a.status != 400 { // a body may be missing
				t.Errorf("%s %s without a credential: %d", r.method, target, a.status)
			}
			continue
		}
		missing, wrong := w.as("", r.method, target, ""), w.as("dpk_nobody", r.method, target, "")
		w.wantProblem(missing, api.CodeCredentialMissing, r.path)
		w.wantProblem(wrong, api.CodeCredentialInvalid, r.path)
		if missing.header.Get("WWW-Authenticate") == "" || wrong.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", r.path)
		}
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

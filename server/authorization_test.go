package server

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
)

// kinds are credentials of acme by what kind of caller they make; more than one can make the same.
var kinds = map[string]who{"operator": operator, "operator/deputy": operator, "acme/ada": primary, "acme/cleo": secondary, "acme/admin": secondary,
	"acme/reports": reports, "acme/product": product, "acme/ben": user, "acme/gus": user}

// dead are credentials of acme that are worth nothing, by why.
var dead = []string{"nobody's", "a revoked operator's", "expired", "revoked", "rotated out", "of a removed user", "of a removed admin", "of a demoted admin", "of a removed guest"}

// newPeople makes a world with everyone in it: ada is the primary admin, cleo a secondary one, ben a user, gus a guest; the
// others had a credential once.
func newPeople(t testing.TB, change ...func(*Options)) *world {
	w := newWorld(t, change...)
	base := "/v1/teams/acme"
	for id, role := range map[string]string{"cleo": "secondary_admin", "gus": "guest", "rex": "user", "sue": "secondary_admin", "tom": "secondary_admin", "una": "guest"} {
		w.ok("POST", base+"/users", fmt.Sprintf(`{"id":%q,"name":"Somebody","email":"%s@acme.example","role":%q}`, id, id, role))
	}
	w.ok("PUT", base+"/users/gus/assignments/flex", "")
	for id, role := range map[string]string{"ada": "admin", "cleo": "admin", "sue": "admin", "tom": "admin", "ben": "user", "gus": "user", "rex": "user", "una": "user"} {
		w.key(id, fmt.Sprintf(`{"id":%q,"role":%q,"user":%q}`, id, role, id))
	}
	for id, why := range map[string]string{"rex": "of a removed user", "una": "of a removed guest", "sue": "of a removed admin"} {
		if id == "una" { // taken out, as a server has that was killed before it revoked the keys
			_, err := w.desk.RemoveUser(t.Context(), "acme", license.Caller{By: "operator"}, id)
			must(t, err)
		} else {
			w.ok("DELETE", base+"/users/"+id, "")
		}
		w.secret[why] = w.secret["acme/"+id]
	}
	w.ok("PUT", base+"/users/tom/role", `{"role":"user"}`)
	w.secret["of a demoted admin"] = w.secret["acme/tom"]
	w.secret["nobody's"] = "dpk_0123456789abcdef_" + strings.Repeat("0", 64) + "_00000000"
	for id, as := range map[string]string{"second": "operator/deputy", "former": "a revoked operator's"} {
		w.secret[as] = readAs[api.APIKey](w, w.ok("POST", "/v1/operator/keys", fmt.Sprintf(`{"id":%q}`, id))).Secret
	}
	w.ok("DELETE", "/v1/operator/keys/former", "")
	w.secret["expired"] = w.key("short", `{"id":"short","role":"admin","expires_at":"2026-01-05T08:00:01.000Z"}`)
	w.secret["revoked"] = w.key("gone", `{"id":"gone","role":"admin"}`)
	w.ok("DELETE", base+"/keys/gone", "")
	w.secret["rotated out"] = w.key("turned", `{"id":"turned","role":"admin","user":"ada"}`)
	w.ok("POST", base+"/keys/turned/rotate", `{"overlap":"1s"}`)
	must(t, w.clock.Advance(time.Second))
	return w
}

// key makes a key of acme and remembers its secret.
func (w *world) key(id, body string) string {
	w.t.Helper()
	secret := readAs[api.APIKey](w, w.ok("POST", "/v1/teams/acme/keys", body)).Secret
	w.secret["acme/"+id] = secret
	return secret
}

// decidedByRules are requests that the table lets a secondary admin make, and the rules refuse (R8.1).
var decidedByRules = []string{"PUT /v1/teams/acme/users/eve/role", "DELETE /v1/teams/acme/users/eve"}

// want is what the table says of a request: the code of its refusal, or none.
func (r *route) want(kind who, target, body string) api.Code {
	switch {
	case r.who&anyone != 0:
		return ""
	case r.who&kind == 0:
		return api.CodeForbidden
	case kind == user && slices.Contains(r.ids(), "user") && !strings.Contains(target, "/users/ben"):
		return api.CodeNotFound
	case kind == user && strings.Contains(body, `"user": `) && !strings.Contains(body, `"user": "ben`):
		return api.CodeForbidden
	case kind == secondary && slices.Contains(decidedByRules, r.method+" "+target):
		return api.CodeForbidden
	}
	return ""
}

// TestAuthorization asks every route as every kind of caller, in a request that is right in all but who makes it: it is
// answered, or refused exactly as the table says; what was refused the operator then does.
func TestAuthorization(t *testing.T) {
	for name, kind := range kinds {
		t.Run(strings.TrimPrefix(name, "acme/"), func(t *testing.T) {
			w := newPeople(t)
			if name == "acme/gus" { // who asks is ben, as a guest
				w.ok("PUT", "/v1/teams/acme/users/ben/role", `{"role":"guest"}`)
				w.secret[name] = w.secret["acme/ben"]
			}
			for _, e := range tale {
				w.checkRow(name, kind, e.method, e.target, e.body)
			}
		})
	}
}

func (w *world) checkRow(name string, kind who, method, target, body string) {
	w.t.Helper()
	r := w.routeOf(method, target)
	plain, _, _ := strings.Cut(target, "?")
	a := w.as(name, method, target, body, "Content-Type", r.mediaType())
	about := name + " " + method + " " + target
	if code := r.want(kind, plain, body); code != "" {
		w.wantProblem(a, code, about)
		w.okAs("operator", method, target, body, "Content-Type", r.mediaType())
	} else if a.status != r.success() {
		w.t.Errorf("%s: got %d %s, want %d", about, a.status, a.body, r.success())
	}
	if r.name() == "handOver" {
		w.ok("POST", target, `{"to":"ada"}`)
	}
}

// TestDeadCredentials: each is answered like one that never was, byte for byte, on every route of every team.
func TestDeadCredentials(t *testing.T) {
	w := newPeople(t)
	for i := range routes {
		r := &routes[i]
		for _, team := range []string{"acme", "globex", "nowhere"} {
			if !r.ofTeam() && team != "acme" {
				continue
			}
			want := w.as(dead[0], r.method, r.address(team), "")
			for _, why := range dead {
				a := w.as(why, r.method, r.address(team), "")
				switch {
				case r.who&anyone == 0:
					w.wantProblem(a, api.CodeCredentialInvalid, why+" "+r.path)
					w.wantSame(why+" "+r.path, a, want)
				case a.status/100 != 2 && a.status != 400: // a body may be missing
					t.Errorf("%s %s: got %d", why, r.path, a.status)
				}
			}
		}
	}
}

// wantSame compares two answers whole.
func (w *world) wantSame(about string, got, want answer) {
	w.t.Helper()
	names := func(h http.Header) []string { return slices.Sorted(maps.Keys(h)) }
	if got.status != want.status || !bytes.Equal(got.body, want.body) || !slices.Equal(names(got.header), names(want.header)) {
		w.t.Errorf("%s: got %d %s, want %d %s", about, got.status, got.body, want.status, want.body)
	}
}

// TestOthersTeams: another's team is answered like one that is not there, byte for byte, whatever the route and the caller;
// the operator hears the same of a team that is not there.
func TestOthersTeams(t *testing.T) {
	w := newPeople(t)
	w.ok("POST", "/v1/teams", `{"id":"initech","name":"Initech","primary_admin":{"name":"Bill","email":"bill@initech.example"}}`)
	before := w.balance("globex")
	for _, e := range tale {
		r := w.routeOf(e.method, e.target)
		if !r.ofTeam() || r.who&anyone != 0 {
			continue
		}
		in := func(name, team string) answer {
			a := w.as(name, e.method, strings.Replace(e.target, "/acme", "/"+team, 1), e.body, "Content-Type", r.mediaType())
			a.body = bytes.ReplaceAll(a.body, []byte(team), []byte("…"))
			return a
		}
		for name, kind := range kinds {
			about := name + " " + e.method + " " + e.target
			if kind == operator {
				w.wantProblem(in(name, "nowhere"), api.CodeNotFound, about)
				continue
			}
			foreign := in(name, "globex")
			w.wantProblem(foreign, api.CodeNotFound, about)
			w.wantSame(about, foreign, in(name, "nowhere"))
		}
	}
	if after := w.balance("globex"); after.Position != before.Position {
		t.Errorf("globex went from %d to %d", before.Position, after.Position)
	}
}

// TestSuspendedTeam: a team that is suspended is administrated and read as before; only openings are refused (R4.2).
func TestSuspendedTeam(t *testing.T) {
	w := newPeople(t)
	w.ok("POST", "/v1/teams/acme/suspend", `{"reason":"the invoice is unpaid"}`)
	for i := range routes {
		r := &routes[i]
		if r.who&anyone != 0 || r.name() == "resumeTeam" || r.name() == "removeUser" { // who would change what the others meet
			continue
		}
		for name, kind := range kinds {
			a := w.as(name, r.method, r.address("acme"), "")
			refused := a.status == http.StatusUnauthorized || a.status == http.StatusForbidden
			if want := r.who&kind == 0; refused != want {
				t.Errorf("%s %s %s: got %d %s, refused should be %v", name, r.method, r.path, a.status, a.body, want)
			}
		}
	}
	for i, name := range []string{"acme/product", "acme/ben", "operator"} {
		a := readAs[api.SessionAnswer](w, w.okAs(name, "POST", "/v1/teams/acme/sessions", fmt.Sprintf(`{"id":"s-%d","user":"ben","product":"viewer"}`, i)))
		if a.Code != "team_suspended" || a.Outcome != api.OutcomeRefused {
			t.Errorf("%s: got %+v, want team_suspended", name, a)
		}
	}
}

// TestForeignThings names in acme what only globex has, everywhere where a request names something: the answer is that to a
// name that nobody has, byte for byte.
func TestForeignThings(t *testing.T) {
	w := newPeople(t)
	base := "/v1/teams/globex"
	w.ok("POST", base+"/users", `{"id":"foreign","name":"Foreign","email":"foreign@globex.example"}`)
	w.ok("PUT", base+"/users/foreign/assignments/flex", "")
	w.ok("POST", base+"/packs", `{"id":"foreign","size":500}`)
	w.ok("POST", base+"/sessions", `{"id":"foreign","user":"foreign","product":"revit"}`)
	w.ok("POST", base+"/jobs", `{"id":"foreign","user":"foreign","service":"render","quantity":1}`)
	w.ok("POST", base+"/keys", `{"id":"foreign","role":"reports"}`)
	before := w.balance("globex")
	asked := 0
	for _, e := range tale {
		r := w.routeOf(e.method, e.target)
		for _, named := range names(r, e.target, e.body) {
			asked++
			for name := range kinds {
				ask := func(id string) answer {
					target, body := named(id)
					a := w.as(name, e.method, target, body, "Content-Type", r.mediaType())
					a.body = position.ReplaceAll(bytes.ReplaceAll(a.body, []byte(id), []byte("…")), nil) // some are done
					a.body = made.ReplaceAll(a.body, nil)
					return a
				}
				target, body := named("foreign")
				w.wantSame(name+" "+e.method+" "+target+" "+body, ask("foreign"), ask("absent7"))
			}
		}
	}
	if asked < 20 {
		t.Errorf("only %d places were found where something is named", asked)
	}
	if after := w.balance("globex"); after.Position != before.Position || after.Available != before.Available {
		t.Errorf("globex was changed: %+v, %+v", before, after)
	}
}

var position = regexp.MustCompile(`"position":\d+`)

// names are the places of a request where something of the team is named, as functions that put another name there.
func names(r *route, target, body string) (places []func(string) (string, string)) {
	parts, pattern := strings.Split(target, "/"), strings.Split(r.path, "/")
	for i, part := range pattern {
		if strings.HasPrefix(part, "{") && part != "{team}" && part != "{what}" && part != "{product}" {
			places = append(places, func(id string) (string, string) {
				other := slices.Clone(parts)
				other[i] = id
				return strings.Join(other, "/"), body
			})
		}
	}
	for _, value := range []string{`"ben"`, `"ben@acme.example"`, `"eve"`, `"eve@acme.example"`, `"ada"`, `eve@acme.example`} {
		if !r.ofTeam() || !strings.Contains(body, value) || strings.Contains(body, `"id": `+value) || value[0] != '"' && r.do.media == "" {
			continue
		}
		places = append(places, func(id string) (string, string) {
			other := strings.ReplaceAll(body, value, `"`+id+`"`)
			if value[0] != '"' { // a row of a table
				other = strings.ReplaceAll(body, value, id+"@globex.example")
			}
			return target, strings.ReplaceAll(other, `"id": "`, `"id": "for-`+id+`-`)
		})
	}
	return places
}

// TestMassAssignment: no request takes more than its own fields.
func TestMassAssignment(t *testing.T) {
	w := newPeople(t)
	before := w.balance("acme")
	for _, e := range tale {
		r := w.routeOf(e.method, e.target)
		if r.do.in == nil || r.do.media != "" {
			continue
		}
		for field, value := range map[string]string{"role": `"primary_admin"`, "team": `"globex"`, "balance": `{"available":1000000}`, "by": `"operator"`, "position": `1`} {
			if strings.Contains(e.body, `"`+field+`"`) || field == "role" && strings.HasSuffix(r.path, "/users") {
				continue
			}
			rest := strings.TrimPrefix(strings.TrimSpace(cmp.Or(e.body, "{}")), "{")
			body := fmt.Sprintf(`{"%s": %s`, field, value) + strings.TrimSuffix(", "+rest, ", }")
			if rest == "}" {
				body += "}"
			}
			p := w.wantProblem(w.as("operator", e.method, e.target, body), api.CodeBodyInvalid, r.name()+" "+body)
			if len(p.Errors) == 0 || p.Errors[0].Path != "/"+field {
				t.Errorf("%s %s: got %+v, want an error at /%s", r.name(), body, p.Errors, field)
			}
		}
	}
	for _, role := range []string{"primary_admin", "operator", "admin"} {
		w.wantProblem(w.as("acme/ada", "POST", "/v1/teams/acme/users", `{"name":"X","email":"x@acme.example","role":"`+role+`"}`), api.CodeBodyInvalid, role)
	}
	if after := w.balance("acme"); after.Position != before.Position {
		t.Errorf("acme went from %d to %d", before.Position, after.Position)
	}
}

package server

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/journal"
)

var monday = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

const operatorKey = "dpo_test"

// world is a server with two teams that have the same things: acme, and globex, which must never notice.
type world struct {
	*Server
	t      testing.TB
	kept   *journal.Journal
	clock  *desk.VirtualClock
	lease  api.SigningKey
	log    *safeBuffer
	secret map[string]string // "acme/admin" → credential
}

// newWorld makes the world on a journal of its own.
func newWorld(t testing.TB, change ...func(*Options)) *world {
	t.Helper()
	ctx := context.Background()
	j, err := journal.Open(ctx, t.TempDir(), journal.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, j.Close()) })
	w := &world{t: t, kept: j, clock: desk.NewVirtualClock(monday), log: new(safeBuffer), secret: map[string]string{"operator": operatorKey}}
	d, err := desk.New(ctx, j, desk.Options{Clock: w.clock.Now})
	must(t, err)
	t.Cleanup(d.Close)
	w.lease, err = api.NewSigningKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	must(t, err)
	keys := identity.NewKeys(j, d.Now, desk.Stopwatch(), operatorKey)
	o := Options{Desk: d, Keys: keys, Leases: w.lease, Clock: w.clock,
		Log: slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, c := range change {
		c(&o)
	}
	w.Server = New(o)
	w.furnish()
	return w
}

const catalogBody = `{"products": [
	{"code": "autocad", "name": "AutoCAD", "kind": "daily", "versions": ["2026", "2025"], "rates": [{"from": "2025-01-01T00:00:00.000Z", "tokens": 7}]},
	{"code": "revit", "name": "Revit", "kind": "daily", "rates": [{"from": "2025-01-01T00:00:00.000Z", "tokens": 10}]},
	{"code": "viewer", "name": "Viewer", "kind": "free"},
	{"code": "render", "name": "Rendering", "kind": "metered", "unit": "result", "rates": [{"from": "2025-01-01T00:00:00.000Z", "tokens": 0.125}]}],
	"collections": [{"code": "aec", "name": "AEC", "products": ["autocad", "revit"]}],
	"prices": {"currency": "USD", "packs": [{"size": 500, "amount": 150000}], "seats": [{"collection": "aec", "months": 12, "amount": 200000}]}}`

func (w *world) furnish() {
	w.ok("PUT", "/v1/catalog", catalogBody)
	for _, team := range []string{"acme", "globex"} {
		base := "/v1/teams/" + team
		w.ok("POST", "/v1/teams", `{"id":"`+team+`","name":"The team","primary_admin":{"id":"ada","name":"Ada","email":"ada@`+team+`.example"}}`)
		w.ok("POST", base+"/packs", `{"id":"small","size":500}`)
		w.ok("POST", base+"/users", `{"id":"ben","name":"Ben","email":"ben@`+team+`.example"}`)
		w.ok("PUT", base+"/users/ben/assignments/flex", "")
		for _, role := range []string{"admin", "reports", "product"} {
			key := readAs[api.APIKey](w, w.ok("POST", base+"/keys", `{"id":"`+role+`","role":"`+role+`"}`))
			w.secret[team+"/"+role] = key.Secret
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// aCode stands in a body for the code that eve of acme was sent last.
const aCode = "dpi_…"

// as calls with a credential of w.secret, or with what is given.
func (w *world) as(who, method, target, body string, header ...string) answer {
	w.t.Helper()
	if before, after, found := strings.Cut(body, aCode); found {
		body = before + w.codes("acme")["eve"] + after
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body == "" {
		r = httptest.NewRequest(method, target, http.NoBody)
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		credential, ok := w.secret[who]
		if !ok {
			credential = who
		}
		r.Header.Set("Authorization", "Bearer "+credential)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return w.send(r)
}

func (w *world) send(r *http.Request) answer {
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return answer{rec.Code, rec.Header(), rec.Body.Bytes()}
}

// ok calls as the operator and wants a success.
func (w *world) ok(method, target, body string) answer {
	w.t.Helper()
	return w.okAs("operator", method, target, body)
}

func (w *world) okAs(who, method, target, body string, header ...string) answer {
	w.t.Helper()
	a := w.as(who, method, target, body, header...)
	if a.status/100 != 2 {
		w.t.Fatalf("%s %s %s: %d %s", method, target, body, a.status, a.body)
	}
	return a
}

// wantProblem checks a refusal of the edge: status, media type and code.
func (w *world) wantProblem(a answer, code api.Code, about string) api.Problem {
	w.t.Helper()
	p := readAs[api.Problem](w, a)
	if a.status != code.Status() || a.header.Get("Content-Type") != api.ProblemType || p.Code != code || p.Status != a.status {
		w.t.Errorf("%s: got %d %s %s, want %s", about, a.status, a.header.Get("Content-Type"), a.body, code)
	}
	return p
}

func readAs[T any](w *world, a answer) (v T) {
	w.t.Helper()
	if err := json.Unmarshal(a.body, &v); err != nil {
		w.t.Fatalf("%s: %v", a.body, err)
	}
	return v
}

// balance reads acme's balance as the operator.
func (w *world) balance(team string) api.Balance {
	w.t.Helper()
	return readAs[api.Balance](w, w.ok("GET", "/v1/teams/"+team+"/balance", ""))
}

// safeBuffer is a buffer that many may write to.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var _ io.Writer = (*safeBuffer)(nil)

func TestOpenRenewClose(t *testing.T) {
	w := newWorld(t)
	body := `{"id":"ses-1","user":"ben@acme.example","product":"autocad","version":"2026","device":"laptop-7"}`
	first := readAs[api.SessionAnswer](w, w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", body))
	if first.Code != api.CodeTokensCharged || first.Charge.Tokens != 7000 || first.Balance.Available != 493_000 {
		t.Fatalf("%+v", first)
	}
	lease, err := api.Verify(api.Keys{w.lease.ID(): w.lease.Public()}, *first.Lease, api.InstantOf(monday))
	if err != nil || lease.User != "ben" || lease.Device != "laptop-7" || lease.ExpiresAt != first.Pass.Until {
		t.Fatalf("%+v %v", lease, err)
	}
	again := w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", body)
	if a := readAs[api.SessionAnswer](w, again); again.header.Get("Idempotent-Replayed") != "true" || *a.Lease != *first.Lease || *a.Pass != *first.Pass {
		t.Fatalf("a repetition: %s", again.body)
	}
	renewed := readAs[api.SessionAnswer](w, w.okAs("acme/product", "POST", "/v1/teams/acme/sessions/ses-1/renew", `{"in_use":true}`))
	if renewed.Code != api.CodePassLive || renewed.Charge != nil {
		t.Fatalf("%+v", renewed)
	}
	must(t, w.clock.Advance(4*time.Minute))
	closed := readAs[api.CloseAnswer](w, w.okAs("acme/product", "POST", "/v1/teams/acme/sessions/ses-1/close", ""))
	if closed.Reversed != 7000 || w.balance("acme").Available != 500_000 {
		t.Fatalf("%+v", closed)
	}
}

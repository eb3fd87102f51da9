package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"sync"
	"testing"

	"github.com/daypass/daypass/api"
)

// changed spells a body with one field otherwise.
func changed(t *testing.T, body, field, value string) string {
	var fields map[string]json.RawMessage
	must(t, json.Unmarshal([]byte(body), &fields))
	fields[field] = json.RawMessage(value)
	b, err := json.Marshal(fields)
	must(t, err)
	return string(b)
}

// The same request again has one effect and the first answer; the id with another body is a conflict (R14.3).
func TestRetries(t *testing.T) {
	w := newWorld(t)
	w.ok("POST", "/v1/teams/acme/grants", `{"id":"welcome","tokens":20,"reason":"r"}`)
	for _, c := range []struct {
		target, body, field, other string
		code                       api.Code
	}{
		{"/v1/teams", `{"id":"initech","name":"I","primary_admin":{"name":"B","email":"b@initech.example"}}`, "name", `"J"`, api.CodeIdempotencyConflict},
		{"/v1/teams/acme/packs", `{"id":"order-7","size":1000}`, "size", "500", api.CodeIdempotencyConflict},
		{"/v1/teams/acme/grants", `{"id":"gift","tokens":20,"reason":"r"}`, "reason", `"s"`, api.CodeIdempotencyConflict},
		{"/v1/teams/acme/packs/welcome/withdraw", `{"id":"back","tokens":5,"reason":"r"}`, "tokens", "6", api.CodeIdempotencyConflict},
		{"/v1/teams/acme/moves", `{"id":"move","to":"globex","tokens":5,"reason":"r"}`, "tokens", "6", api.CodeIdempotencyConflict},
		{"/v1/teams/acme/subscriptions", `{"id":"sub","product":"revit","kind":"single_user","seats":1,"from":"2026-01-01","until":"2027-01-01"}`, "seats", "2", api.CodeIdempotencyConflict},
		{"/v1/teams/acme/users", `{"id":"eve","name":"Eve","email":"eve@acme.example"}`, "name", `"Ev"`, api.CodeUserExists},
		{"/v1/teams/acme/sessions", `{"id":"ses-1","user":"ben","product":"revit","device":"a"}`, "device", `"b"`, api.CodeIdempotencyConflict},
		{"/v1/teams/acme/jobs", `{"id":"job-1","user":"ben","service":"render","quantity":8}`, "quantity", "9", api.CodeIdempotencyConflict},
		{"/v1/teams/acme/jobs/job-1/complete", `{"quantity":4}`, "quantity", "5", api.CodeJobEnded},
	} {
		first := w.ok("POST", c.target, c.body)
		before := w.balance("acme")
		again := w.ok("POST", c.target, c.body)
		if again.status != first.status || again.header.Get("Idempotent-Replayed") != "true" || first.header.Get("Idempotent-Replayed") != "" {
			t.Errorf("%s: %d %v, then %d %v", c.target, first.status, first.header, again.status, again.header)
		}
		if !bytes.Equal(steadyTotals(first.body), steadyTotals(again.body)) {
			t.Errorf("%s: %s, then %s", c.target, first.body, again.body)
		}
		w.wantProblem(w.as("operator", "POST", c.target, changed(t, c.body, c.field, c.other)), c.code, c.target)
		if now := w.balance("acme"); now.Position != before.Position || now.Available != before.Available {
			t.Errorf("%s: a repetition went from %+v to %+v", c.target, before, now)
		}
	}
}

// totals are the parts of an answer that are today's, not the first answer's.
var totals = regexp.MustCompile(`"(available|remaining)":[0-9.]+`)

func steadyTotals(body []byte) []byte { return totals.ReplaceAll(body, nil) }

func TestIdempotencyKey(t *testing.T) {
	w := newWorld(t)
	const target, body = "/v1/teams/acme/users", `{"name":"Eve","email":"eve@acme.example"}`
	first := w.okAs("acme/admin", "POST", target, body, "Idempotency-Key", "k 1")
	again := w.okAs("acme/admin", "POST", target, ` {"email":"eve@acme.example" ,"name":"Eve"}`, "Idempotency-Key", "k 1")
	if !bytes.Equal(first.body, again.body) || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%s, then %s", first.body, again.body)
	}
	other := `{"name":"Zoe","email":"zoe@acme.example"}`
	w.wantProblem(w.as("acme/admin", "POST", target, other, "Idempotency-Key", "k 1"), api.CodeIdempotencyConflict, "another body")
	w.okAs("operator", "POST", target, other, "Idempotency-Key", "k 1") // another credential's keys are its own
	w.wantProblem(w.as("acme/admin", "POST", target, body), api.CodeUserExists, "without a key")
	// Who was removed comes back under their own id.
	eve := readAs[api.User](w, first)
	w.ok("DELETE", "/v1/teams/acme/users/eve@acme.example", "")
	if back := readAs[api.User](w, w.ok("POST", target, body)); back.ID != eve.ID || !back.Active {
		t.Errorf("%+v", back)
	}
}

// A renewal with a key charges once, however often it is sent.
func TestRenewWithKey(t *testing.T) {
	w := newWorld(t)
	w.ok("POST", "/v1/teams/acme/sessions", `{"id":"ses-1","user":"ben","product":"revit"}`)
	must(t, w.clock.Set(monday.AddDate(0, 0, 1)))
	const target = "/v1/teams/acme/sessions/ses-1/renew"
	first := w.okAs("operator", "POST", target, `{"in_use":true}`, "Idempotency-Key", "r1")
	again := w.okAs("operator", "POST", target, `{"in_use":true}`, "Idempotency-Key", "r1")
	if !bytes.Equal(first.body, again.body) || again.header.Get("Idempotent-Replayed") != "true" || w.balance("acme").Used != 20_000 {
		t.Errorf("%s, then %s", first.body, again.body)
	}
	w.wantProblem(w.as("operator", "POST", target, `{"in_use":false}`, "Idempotency-Key", "r1"), api.CodeIdempotencyConflict, "another body")
}

// Many at once with few ids: one charge for each user and product, one answer for each id.
func TestTogether(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			body := fmt.Sprintf(`{"id":"ses-%d","user":"ben","product":"revit"}`, i%8)
			if a := w.as("acme/product", "POST", "/v1/teams/acme/sessions", body); a.status != 200 {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	all.Wait()
	if b := w.balance("acme"); b.Used != 10_000 {
		t.Errorf("%+v", b)
	}
}

package overload

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/sim/process"
)

var (
	serverCPUs = flag.String("overload.cpus", "", "the processors of the server and its database, as taskset names them; empty: any")
	program    = flag.String("overload.program", "", "the program to run; empty builds it")
	database   = flag.Bool("overload.postgres", false, "on a PostgreSQL of the test's own, and not in a folder")
)

// house is a server process with teams, people and products in it.
type house struct {
	t        *testing.T
	address  string // host and port
	operator *client.Client
	teams    []team
}

// team is what its callers need to know.
type team struct{ id, key string }

// How large the world is: each user opens each product once a day, which is charged.
const (
	users       = 500
	products    = 20
	operatorKey = "operator-of-the-overload-test"
)

// newHouse starts a server and furnishes it. Its clock stands, so that a day lasts as long as is needed.
func newHouse(t *testing.T, teams int) *house {
	args := []string{build(t), "serve", "--listen", "127.0.0.1:0", "--clock", "virtual", "--now", "2026-01-05T08:00:00Z", "--log-level", "error"}
	said := new(bytes.Buffer)
	var server *process.Server
	onProcessors(t, *serverCPUs, func() {
		if *database {
			args = append(args, "--database", pgtest.URL(t))
		} else {
			args = append(args, "--data", filepath.Join(t.TempDir(), "data"))
		}
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Env = append(os.Environ(), "DAYPASS_OPERATOR_KEY="+operatorKey, process.Promptly)
		cmd.Stderr = said
		var err error
		if server, err = process.Launch(cmd); err != nil {
			t.Fatalf("%v %s", err, said)
		}
	})
	t.Cleanup(func() {
		if err := server.End(syscall.SIGTERM); err != nil {
			t.Errorf("the server ended with %v: %s", err, said)
		}
	})
	h := &house{t: t, address: strings.TrimPrefix(server.Address, "http://")}
	h.furnish(teams)
	return h
}

func build(t *testing.T) string {
	if *program != "" {
		return *program
	}
	out := filepath.Join(t.TempDir(), "daypass")
	if said, err := exec.Command("go", "build", "-o", out, "../../cmd/daypass").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return out
}

func (h *house) check(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// furnish makes the catalogue and the teams, with sessions to renew.
func (h *house) furnish(teams int) {
	ctx := h.t.Context()
	h.operator = h.client(operatorKey)
	var catalog api.Catalog
	from, err := api.ParseInstant("2026-01-01T00:00:00Z")
	h.check(err)
	tokens := api.Tokens(api.Whole)
	for i := range products {
		catalog.Products = append(catalog.Products, api.Product{Code: product(i), Name: product(i), Kind: api.Daily,
			Rates: []api.Rate{{From: &from, Tokens: &tokens}}})
	}
	_, err = h.operator.SetCatalog(ctx, catalog)
	h.check(err)
	rows := []byte("First name,Last name,Email\n")
	for i := range users {
		rows = fmt.Appendf(rows, "Person,%d,%s\n", i, user(i))
	}
	for i := range teams {
		h.teams = append(h.teams, h.newTeam(ctx, fmt.Sprintf("team-%03d", i), rows))
	}
}

func product(i int) string { return "product-" + strconv.Itoa(i) }
func user(i int) string    { return "p" + strconv.Itoa(i) + "@work.example" }

func (h *house) client(key string) *client.Client {
	c, err := client.New(client.Options{Server: "http://" + h.address, Key: key, Attempts: 1})
	h.check(err)
	return c
}

func (h *house) newTeam(ctx context.Context, id string, people []byte) team {
	_, err := h.operator.CreateTeam(ctx, api.TeamRequest{ID: id, Name: id, PrimaryAdmin: api.PrimaryAdmin{ID: "ann", Name: "Ann", Email: "ann@work.example"}})
	h.check(err)
	_, err = h.operator.BuyPack(ctx, id, api.PackRequest{ID: "all", Size: api.MaxPack})
	h.check(err)
	_, err = h.operator.ImportUsers(ctx, id, people, client.Import{Assign: api.WhatFlex})
	h.check(err)
	key, err := h.operator.CreateKey(ctx, id, api.KeyRequest{ID: "plant", Role: "product"})
	h.check(err)
	t := team{id, key.Secret}
	var bulk api.BulkRequest
	for i := range sessions {
		bulk.Items = append(bulk.Items, api.SessionRequest{ID: session(i), User: user(i), Product: product(0)})
	}
	answers, err := h.client(t.key).OpenAll(ctx, id, bulk)
	h.check(err)
	for _, a := range answers.Items {
		if a.Outcome != api.OutcomeGranted {
			h.t.Fatalf("%+v", a)
		}
	}
	return t
}

// sessions are open in each team, to be renewed.
const sessions = 100

func session(i int) string { return "kept-" + strconv.Itoa(i) }

// nextDay ends all passes, so that openings and the first renewals are charged again.
func (h *house) nextDay() {
	by := api.Duration(24 * time.Hour)
	_, err := h.operator.MoveClock(h.t.Context(), api.ClockRequest{Advance: &by})
	h.check(err)
}

// opens are openings of the teams in turn, each charged once a day.
func opens(teams []team) func([]byte, int64) []byte {
	heads := heads(teams, func(id string) string { return "/v1/teams/" + id + "/sessions" })
	return func(b []byte, n int64) []byte {
		t, pair := int(n)%len(teams), int(n)/len(teams)
		var space [256]byte
		body := append(space[:0], `{"id":"s`...)
		body = strconv.AppendInt(body, n, 10)
		body = append(body, `","user":"p`...)
		body = strconv.AppendInt(body, int64(pair%users), 10)
		body = append(body, `@work.example","product":"product-`...)
		body = strconv.AppendInt(body, int64(pair/users%products), 10)
		body = append(body, `"}`...)
		return request(b, heads[t], body)
	}
}

// renewals are of the teams' open sessions in turn.
func renewals(teams []team) func([]byte, int64) []byte {
	all := make([][][]byte, sessions)
	for i := range all {
		all[i] = heads(teams, func(id string) string { return "/v1/teams/" + id + "/sessions/" + session(i) + "/renew" })
	}
	body := []byte(`{"in_use":true}`)
	return func(b []byte, n int64) []byte {
		return request(b, all[int(n)/len(teams)%sessions][int(n)%len(teams)], body)
	}
}

// heads are the first lines of the teams' requests, up to the body's length.
func heads(teams []team, path func(string) string) [][]byte {
	var all [][]byte
	for _, t := range teams {
		all = append(all, fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: daypass\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: ",
			path(t.id), t.key))
	}
	return all
}

func request(b, head, body []byte) []byte {
	b = append(b, head...)
	b = strconv.AppendInt(b, int64(len(body)), 10)
	b = append(b, "\r\n\r\n"...)
	return append(b, body...)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/sim/process"
)

// TestMovesKilled kills servers again and again while tokens are moved between two teams, both ways at once, and compares
// the ledgers after each kill: a move is in both or in neither, once, and in both when it was acknowledged.
func TestMovesKilled(t *testing.T) {
	long(t)
	seed := *killSeed
	if seed == 0 {
		seed = time.Now().UnixNano()
	}
	t.Logf("repeat with: go test ./cmd/daypass -run TestMovesKilled -kill.seed %d -kill.rounds %d", seed, *killRounds)
	t.Run("sqlite", func(t *testing.T) { movesKilled(t, seed, 1, "--data", t.TempDir()) })
	t.Run("postgres, two servers", func(t *testing.T) { movesKilled(t, seed, 2, "--database", pgtest.URL(t)) })
}

func movesKilled(t *testing.T, seed int64, servers int, place ...string) {
	m := &movers{t: t, rng: rand.New(rand.NewPCG(uint64(seed), 1)), place: place, servers: make([]*running, servers), asked: map[string]*moved{}}
	for i := range m.servers {
		m.start(i)
	}
	t.Cleanup(func() {
		for _, r := range m.servers {
			r.end(syscall.SIGKILL)
		}
	})
	m.found()
	for range 2 * *killRounds {
		m.round()
	}
	m.end()
}

// movers move tokens between the teams acme and globex.
type movers struct {
	t       *testing.T
	rng     *rand.Rand
	place   []string
	servers []*running

	mu    sync.Mutex
	asked map[string]*moved
}

// moved is a move that was asked for, and what was answered.
type moved struct {
	from    string
	request api.MoveRequest
	acked   bool
	refused bool
}

var moveTeams = []string{"acme", "globex"}

const movable = 5000 * api.Whole // of each team

func (m *movers) check(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *movers) start(i int) {
	m.t.Helper()
	var err error
	m.servers[i], err = launch(m.t.TempDir(), append(os.Environ(), "DAYPASS_OPERATOR_KEY="+crashKey), m.place...)
	m.check(err)
}

// client asks one server, once or until it answers.
func (m *movers) client(i, attempts int) *client.Client {
	m.t.Helper()
	c, err := client.New(client.Options{Server: m.servers[i].address, Key: crashKey, Attempts: attempts})
	m.check(err)
	return c
}

func (m *movers) found() {
	c, ctx := m.client(0, client.DefaultAttempts), m.t.Context()
	for _, team := range moveTeams {
		_, err := c.CreateTeam(ctx, api.TeamRequest{ID: team, Name: team, PrimaryAdmin: api.PrimaryAdmin{Name: "Ann", Email: "ann@acme.example"}})
		m.check(err)
		_, err = c.BuyPack(ctx, team, api.PackRequest{ID: "all", Size: movable})
		m.check(err)
	}
}

// round moves for a while, kills a server in the middle of it, and compares.
func (m *movers) round() {
	ctx, stop := context.WithTimeout(m.t.Context(), time.Minute)
	defer stop()
	var all sync.WaitGroup
	failed := make(chan error, 8)
	for n := range 8 {
		c, rng := m.client(n%len(m.servers), 1), rand.New(rand.NewPCG(m.rng.Uint64(), 2))
		all.Go(func() {
			if err := m.work(ctx, c, rng); err != nil {
				failed <- err
			}
		})
	}
	time.Sleep(10*time.Millisecond + time.Duration(m.rng.IntN(200))*time.Millisecond)
	victim := m.rng.IntN(len(m.servers))
	m.check(m.servers[victim].end(syscall.SIGKILL))
	time.Sleep(time.Duration(m.rng.IntN(50)) * time.Millisecond) // another server goes on
	stop()
	all.Wait()
	close(failed)
	for err := range failed {
		m.t.Error(err)
	}
	m.start(victim)
	m.compare()
	m.repeat()
	m.compare()
}

// work moves until its server is gone or the round is over. Some of the moves are more than there is.
func (m *movers) work(ctx context.Context, c *client.Client, rng *rand.Rand) error {
	for ctx.Err() == nil {
		from := rng.IntN(2)
		tokens := api.Tokens(1+rng.IntN(5)) * api.Whole
		if rng.IntN(10) == 0 {
			tokens = 2*movable + api.Whole
		}
		one := &moved{from: moveTeams[from], request: api.MoveRequest{ID: client.NewID("move-"), To: moveTeams[1-from], Tokens: tokens, Reason: "to and fro"}}
		m.mu.Lock()
		m.asked[one.request.ID] = one
		m.mu.Unlock()
		_, err := c.Move(ctx, one.from, one.request)
		var gone *client.Unreachable
		if errors.As(err, &gone) || ctx.Err() != nil {
			return nil
		}
		if err := one.note(err); err != nil {
			return err
		}
	}
	return nil
}

// note takes down an answer; one that says to try again says nothing.
func (one *moved) note(err error) error {
	var problem *api.Problem
	switch {
	case err == nil:
		one.acked = true
	case errors.As(err, &problem) && problem.Code == api.CodeWithdrawTooMuch:
		one.refused = true
	case errors.As(err, &problem) && (problem.Code == api.CodeBusy || problem.Code == api.CodeUnavailable):
	default:
		return fmt.Errorf("%+v: %w", one.request, err)
	}
	return nil
}

// repeat asks for everything again: what was acknowledged is acknowledged again and changes nothing.
func (m *movers) repeat() {
	for _, one := range m.asked {
		c := m.client(m.rng.IntN(len(m.servers)), client.DefaultAttempts)
		answer, err := c.Move(m.t.Context(), one.from, one.request)
		if one.acked && (err != nil || answer.Tokens != one.request.Tokens) {
			m.t.Fatalf("%+v was acknowledged, and asked again: %+v %v", one.request, answer, err)
		}
		one.refused = false
		m.check(one.note(err))
	}
}

// passage is what a ledger says of a move.
type passage struct {
	From, To string
	Tokens   api.Tokens
}

// compare reads both ledgers: the moves that left one are those that came to the other.
func (m *movers) compare() {
	m.t.Helper()
	gone, come := map[string]passage{}, map[string]passage{}
	for _, team := range moveTeams {
		m.read(team, gone, come)
	}
	if d := cmp.Diff(gone, come); d != "" {
		m.t.Fatalf("what left one ledger is not what came to the other:\n%s", d)
	}
	for id, one := range m.asked {
		p, there := gone[id]
		want := passage{one.from, one.request.To, one.request.Tokens}
		if there && p != want || one.acked && !there || one.refused && there {
			m.t.Errorf("acknowledged %v, refused %v, and the ledgers say %+v (%v), want %+v", one.acked, one.refused, p, there, want)
		}
	}
	m.total()
	m.t.Logf("%d moves are in both ledgers, of %d that were asked for", len(gone), len(m.asked))
}

// partOf is the id of a pack that came with a move: the move's and a number.
var partOf = regexp.MustCompile(`^(move-[0-9a-f]+)-\d+$`)

// read adds what one ledger says.
func (m *movers) read(team string, gone, come map[string]passage) {
	m.t.Helper()
	c := m.client(m.rng.IntN(len(m.servers)), client.DefaultAttempts)
	for page := (client.Page{Limit: api.MaxLimit}); ; {
		list, err := c.LedgerOf(m.t.Context(), team, []string{"pack_added", "tokens_withdrawn"}, page)
		m.check(err)
		for _, e := range list.Items {
			m.add(team, e, gone, come)
		}
		if list.Next == nil {
			return
		}
		page.Cursor = *list.Next
	}
}

func (m *movers) add(team string, e api.Entry, gone, come map[string]passage) {
	m.t.Helper()
	var f struct {
		ID, Pack, To, From string
		Size               api.Tokens
		Draws              []api.Draw
	}
	m.check(json.Unmarshal(e.Fields, &f, json.MatchCaseInsensitiveNames(true)))
	if e.Kind == "tokens_withdrawn" {
		if _, twice := gone[f.ID]; twice {
			m.t.Errorf("%s left %s twice", f.ID, team)
		}
		p := passage{From: team, To: f.To}
		for _, d := range f.Draws {
			p.Tokens += d.Tokens
		}
		gone[f.ID] = p
	} else if id := partOf.FindStringSubmatch(f.Pack); id != nil {
		p := come[id[1]]
		come[id[1]] = passage{f.From, team, p.Tokens + f.Size}
	}
}

// total holds that no token came from nowhere or went there.
func (m *movers) total() {
	m.t.Helper()
	var sum api.Tokens
	for _, team := range moveTeams {
		b, err := m.client(0, client.DefaultAttempts).Balance(m.t.Context(), team)
		m.check(err)
		sum += b.Available
	}
	if sum != 2*movable {
		m.t.Errorf("the two teams have %s, want %s", sum, api.Tokens(2*movable))
	}
}

// end stops the servers and has everything recomputed.
func (m *movers) end() {
	for _, r := range m.servers {
		m.check(r.end(syscall.SIGTERM))
	}
	cmd := exec.Command("daypass", append([]string{"verify"}, m.place...)...)
	cmd.Env = append(os.Environ(), process.Promptly)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Everything adds up.") {
		m.t.Fatalf("verify: %v\n%s", err, out)
	}
	acked := 0
	for one := range maps.Values(m.asked) {
		acked += btoi(one.acked)
	}
	if acked == 0 {
		m.t.Error("no move was acknowledged: nothing was tried")
	}
}

package peer

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// roster is one in memory.
type roster struct {
	mu      sync.Mutex
	servers map[string]string
}

func (r *roster) Meet(_ context.Context, name, address string) (map[string]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	others := map[string]string{}
	for n, a := range r.servers {
		if n != name {
			others[n] = a
		}
	}
	r.servers[name] = address
	return others, nil
}

func (r *roster) Leave(_ context.Context, name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.servers, name)
	return nil
}

// at is where a server is said to be.
func (r *roster) at(name string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.servers[name]
}

// answerer is a desk that says who has answered.
type answerer struct {
	name  string
	asked atomic.Int64
	// answer, when set, is what happens instead.
	answer func(context.Context, desk.Call, func(*desk.Reply))
}

func (a *answerer) CarryOut(ctx context.Context, c desk.Call, then func(*desk.Reply)) {
	a.asked.Add(1)
	if a.answer != nil {
		a.answer(ctx, c, then)
		return
	}
	then(&desk.Reply{Answer: desk.Answer{Team: c.Team, User: a.name, Device: c.From, Grant: license.Grant{Session: c.Open.Session}}})
}

// up starts a server that others reach at an address, or where it listens.
func up(t *testing.T, r Roster, name, secret, address string, a *answerer) *Fleet {
	t.Helper()
	f, err := New(name, sha256.Sum256([]byte(secret)), r)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(f)
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		s.Close()
	})
	if address == "" {
		address = s.Listener.Addr().String()
	}
	f.Start(t.Context(), address, a)
	return f
}

// reaches waits until a server reaches so many others.
func reaches(t *testing.T, f *Fleet, n int) {
	t.Helper()
	for range 1000 {
		if len(*f.to.Load()) == n {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s does not reach %d other servers", f.name, n)
}

// misses waits until a server has failed to reach so many others.
func misses(t *testing.T, f *Fleet, n int) {
	t.Helper()
	for range 1000 {
		f.mu.Lock()
		missed := len(f.missed)
		f.mu.Unlock()
		if missed == n {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s does not look for %d other servers in vain", f.name, n)
}

func opening(team, session string) *desk.Call {
	return &desk.Call{Team: team, Open: &license.Open{Session: session, User: "ben", Product: "autocad"}}
}

// TestPass has three servers agree on who has each of many teams, and each carry out what it has.
func TestPass(t *testing.T) {
	r := &roster{servers: map[string]string{}}
	var fleet []*Fleet
	for _, name := range []string{"a", "b", "c"} {
		fleet = append(fleet, up(t, r, name, "secret", "", &answerer{name: name}))
	}
	for _, f := range fleet {
		reaches(t, f, 2)
	}
	has := map[string]int{}
	var wait sync.WaitGroup
	var mu sync.Mutex
	const teams = 900
	for n := range teams {
		wait.Go(func() {
			team, session := fmt.Sprintf("team-%d", n), fmt.Sprintf("s-%d", n)
			var who []string
			for _, f := range fleet {
				reply, ok := f.Pass(opening(team, session))
				name := reply.Answer.User
				if !ok {
					name = f.name
				} else if reply.Answer.Team != team || reply.Answer.Session != session {
					t.Errorf("%s %s was answered with %s %s", team, session, reply.Answer.Team, reply.Answer.Session)
				}
				who = append(who, name)
			}
			if who[0] != who[1] || who[1] != who[2] {
				t.Errorf("%s is %v's, as different servers say", team, who)
			}
			mu.Lock()
			defer mu.Unlock()
			has[who[0]]++
		})
	}
	wait.Wait()
	for _, f := range fleet {
		if n := has[f.name]; n < teams/3-teams/12 || n > teams/3+teams/12 {
			t.Errorf("%s has %d of %d teams", f.name, n, teams)
		}
	}
}

// elsewhere is a team that another server has.
func elsewhere(t *testing.T, f *Fleet) string {
	t.Helper()
	for n := range 1000 {
		team := fmt.Sprintf("team-%d", n)
		if f.Has(team) {
			return team
		}
	}
	t.Fatal("no other server has a team")
	return ""
}

// TestStranger passes nothing on to a server that does not have the secret, and takes nothing of it; nor to one that
// another answers for.
func TestStranger(t *testing.T) {
	r := &roster{servers: map[string]string{}}
	own := &answerer{name: "a"}
	a := up(t, r, "a", "secret", "", own)
	stranger := up(t, r, "stranger", "guessed", "", &answerer{name: "stranger"})
	astray := up(t, r, "astray", "secret", r.at("a"), &answerer{name: "astray"})
	reaches(t, astray, 1) // a is at that address
	misses(t, a, 2)
	for _, f := range []*Fleet{a, stranger} {
		reaches(t, f, 0)
		if _, ok := f.Pass(opening("acme", "s1")); ok {
			t.Errorf("%s passed something on", f.name)
		}
	}
	if own.asked.Load() > 0 {
		t.Error("a carried out what a stranger had passed on")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := stranger.dial(ctx, "a", r.at("a")); err == nil || !strings.Contains(err.Error(), "secret") && !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v, want that it has another secret", err)
	}
	if _, err := a.dial(ctx, "astray", r.at("astray")); err == nil || !strings.Contains(err.Error(), errOther.Error()) {
		t.Errorf("got %v, want %v", err, errOther)
	}
}

// TestAsked tells who asks in another way than servers do that there is nothing for them.
func TestAsked(t *testing.T) {
	f := up(t, &roster{servers: map[string]string{}}, "a", "secret", "", &answerer{})
	w := httptest.NewRecorder()
	f.ServeHTTP(w, httptest.NewRequest("GET", Path, nil))
	if w.Code != 426 || w.Header().Get("Upgrade") != protocol {
		t.Errorf("got %d, %v", w.Code, w.Header())
	}
}

// TestUndone does what another server has not decided, because it is stopping or has gone.
func TestUndone(t *testing.T) {
	r := &roster{servers: map[string]string{}}
	a := up(t, r, "a", "secret", "", &answerer{name: "a"})
	other := &answerer{name: "b"}
	b := up(t, r, "b", "secret", "", other)
	reaches(t, a, 1)
	team := elsewhere(t, a)
	if reply, ok := a.Pass(opening(team, "s1")); !ok || reply.Answer.User != "b" || reply.Answer.Device != "a" {
		t.Fatalf("got %v %v, want b's answer to a", reply, ok)
	}
	other.answer = func(_ context.Context, _ desk.Call, then func(*desk.Reply)) { then(&desk.Reply{Undone: true}) }
	if _, ok := a.Pass(opening(team, "s2")); ok {
		t.Error("a call that was not decided was taken for answered")
	}
	asked := make(chan struct{})
	other.answer = func(context.Context, desk.Call, func(*desk.Reply)) { close(asked) } // it never answers
	passed := make(chan bool)
	go func() {
		_, ok := a.Pass(opening(team, "s3"))
		passed <- ok
	}()
	<-asked
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if <-passed {
		t.Error("a call was taken for answered whose server has gone")
	}
	reaches(t, a, 0)
	if r.at("a") == "" || r.at("b") != "" {
		t.Errorf("a is at %q and b at %q, want a alone", r.at("a"), r.at("b"))
	}
	if _, ok := a.Pass(opening(team, "s4")); ok {
		t.Error("a server that has gone has answered")
	}
}

// strait is a way between servers that can be frozen: nothing goes through any more, and nobody is told.
type strait struct {
	net.Listener
	to     string
	frozen chan struct{}
}

func newStrait(t *testing.T, to string) *strait {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &strait{l, to, make(chan struct{})}
	t.Cleanup(func() { _ = l.Close() })
	go s.serve()
	return s
}

func (s *strait) serve() {
	for {
		in, err := s.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", s.to)
		if err != nil {
			_ = in.Close()
			continue
		}
		go s.copy(in, out)
		go s.copy(out, in)
	}
}

func (s *strait) copy(to, from net.Conn) {
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		select {
		case <-s.frozen:
			return // with both ends open
		default:
		}
		if err != nil {
			_ = to.Close()
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

// TestSilent gives up a server that is not heard of any more, and finds that this one decides nothing by then of what it
// was passed.
func TestSilent(t *testing.T) {
	r := &roster{servers: map[string]string{}}
	a := up(t, r, "a", "secret", "", &answerer{name: "a"})
	kept := make(chan context.Context, 1)
	other := &answerer{name: "b", answer: func(ctx context.Context, _ desk.Call, _ func(*desk.Reply)) { kept <- ctx }}
	f, err := New("b", sha256.Sum256([]byte("secret")), r)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(f)
	defer s.Close()
	between := newStrait(t, s.Listener.Addr().String())
	f.Start(t.Context(), between.Addr().String(), other)
	defer f.Close()
	reaches(t, a, 1)
	passed := make(chan bool)
	go func() {
		_, ok := a.Pass(opening(elsewhere(t, a), "s1"))
		passed <- ok
	}()
	ctx := <-kept
	time.Sleep(2 * patience) // it takes its time, but shows that it is running
	if ctx.Err() != nil {
		t.Error("a server that is heard of has given a call up")
	}
	select {
	case <-passed:
		t.Fatal("a server that is heard of was given up")
	default:
	}
	begin := time.Now()
	close(between.frozen)
	if <-passed {
		t.Error("a call was taken for answered that was not")
	}
	if ctx.Err() == nil {
		t.Error("both servers may decide the same call")
	}
	if took := time.Since(begin); took > patience+5*tickEvery {
		t.Errorf("a silent server was given up after %v, want %v", took, patience)
	}
}

// BenchmarkPass is what a passed call costs beside its decision, with both servers in one process.
func BenchmarkPass(b *testing.B) {
	r := &roster{servers: map[string]string{}}
	var fleet []*Fleet
	for _, name := range []string{"a", "b"} {
		f, err := New(name, sha256.Sum256([]byte("secret")), r)
		if err != nil {
			b.Fatal(err)
		}
		s := httptest.NewServer(f)
		defer s.Close()
		defer f.Close()
		f.Start(b.Context(), s.Listener.Addr().String(), &answerer{name: name})
		fleet = append(fleet, f)
	}
	for !fleet[0].Reached() {
		time.Sleep(time.Millisecond)
	}
	team := "team"
	for !fleet[0].Has(team) {
		team += "s"
	}
	b.ReportAllocs()
	b.SetParallelism(64)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, ok := fleet[0].Pass(opening(team, "s1")); !ok {
				b.Error("nothing was passed on")
			}
		}
	})
}

package torture

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/daypass/daypass/client"
	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/sim/process"
)

var buildFlags []string

// built is where the program is built to, for all tests.
var built string

// build builds it with the first test that needs it.
var build = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(built, "daypass")
	out, err := exec.Command("go", append(append([]string{"build"}, buildFlags...), "-o", binary, "../../cmd/daypass")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building daypass: %w\n%s", err, out)
	}
	return binary, nil
})

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "daypass-torture-")
	if err != nil {
		panic(err)
	}
	built = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// operatorKey is the operator's credential on all servers.
const operatorKey = "operator-of-the-torture"

// fleet is the servers of a run, and what they stand on: PostgreSQL, each server through a proxy of its own, or
// a folder for one.
type fleet struct {
	t       *testing.T
	dir     string
	binary  string
	http    *http.Client
	cluster *pgtest.Cluster // nil: a folder
	servers []*server
	notes   *recorder
	counts  *counts

	mu     sync.Mutex
	deaths []moment
}

// server is one of the fleet, by whichever process it is running.
type server struct {
	fleet *fleet
	name  string
	proxy *proxy // nil: a folder
	data  []string

	turn    sync.Mutex // held by who does something to the process
	process *process.Server
	ending  *atomic.Bool // the process is told to end
	address atomic.Pointer[string]
}

// embedded is one server on a folder.
func embedded(t *testing.T, notes *recorder, n *counts) *fleet {
	f := newFleet(t, notes, n)
	f.add("server-1", nil, "--data", "data")
	return f
}

// shared is a number of servers on one PostgreSQL.
func shared(t *testing.T, notes *recorder, n *counts, servers int) *fleet {
	f := newFleet(t, notes, n)
	f.cluster = pgtest.Start(t)
	for i := range servers {
		p := newProxy(t, fmt.Sprint("127.0.0.1:", f.cluster.Port), n)
		f.add(fmt.Sprint("server-", i+1), p, "--database", p.url("postgres"))
	}
	return f
}

func newFleet(t *testing.T, notes *recorder, n *counts) *fleet {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{t: t, dir: t.TempDir(), binary: binary, notes: notes, counts: n}
	f.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: time.Minute}}
	t.Cleanup(f.http.CloseIdleConnections)
	return f
}

func (f *fleet) add(name string, p *proxy, data ...string) {
	s := &server{fleet: f, name: name, proxy: p, data: data}
	f.servers = append(f.servers, s)
	f.t.Cleanup(func() {
		s.turn.Lock()
		defer s.turn.Unlock()
		_ = s.end(syscall.SIGKILL)
	})
}

// start starts all servers at once, as after a power cut.
func (f *fleet) start() error {
	errs := make(chan error, len(f.servers))
	for _, s := range f.servers {
		go func() {
			s.turn.Lock()
			defer s.turn.Unlock()
			errs <- s.launch()
		}()
	}
	for range f.servers {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// client asks a server with a credential, "" for the operator's; nil while the server does not run.
func (s *server) client(key string) *client.Client {
	address := s.address.Load()
	if address == nil {
		return nil
	}
	if key == "" {
		key = operatorKey
	}
	c, err := client.New(client.Options{Server: *address, Key: key, HTTP: s.fleet.http, Attempts: 1})
	if err != nil {
		panic(err) // the server printed the address itself
	}
	return c
}

func (s *server) logFile() string { return filepath.Join(s.fleet.dir, s.name+".log") }

// launch starts the process, again and again while the database is not there.
func (s *server) launch() error {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		err := s.try()
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

func (s *server) try() error {
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(s.fleet.binary, append([]string{"serve", "--listen", "127.0.0.1:0"}, s.data...)...)
	cmd.Dir, cmd.Stderr = s.fleet.dir, log
	cmd.Env = append(os.Environ(), process.Promptly, "DAYPASS_OPERATOR_KEY="+operatorKey)
	p, err := process.Launch(cmd)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	ending := new(atomic.Bool)
	s.process, s.ending = p, ending
	s.address.Store(&p.Address)
	s.fleet.counts.add(countStarts, 1)
	go func() {
		<-p.Gone()
		if !ending.Load() {
			s.fleet.t.Errorf("%s ended by itself; the end of its log:\n%s", s.name, s.tail())
		}
	}()
	return nil
}

// end ends the process with a signal. The turn is held.
func (s *server) end(signal syscall.Signal) error {
	if s.process == nil {
		return nil
	}
	if signal == syscall.SIGKILL {
		s.fleet.died()
	}
	p := s.process
	s.ending.Store(true)
	if s.process = nil; signal == syscall.SIGKILL {
		s.address.Store(nil)
	}
	err := p.End(signal)
	s.address.Store(nil)
	return err
}

// newRound forgets what concerns histories that were checked.
func (f *fleet) newRound() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deaths = nil
}

func (f *fleet) died() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deaths = append(f.deaths, f.notes.now())
}

func (s *server) tail() string {
	log, err := os.ReadFile(s.logFile())
	if err != nil {
		return err.Error()
	}
	return string(log[max(0, len(log)-4000):])
}

// ready waits until every server says that it is.
func (f *fleet) ready(ctx context.Context) error {
	for _, s := range f.servers {
		for {
			err := s.ready(ctx)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return fmt.Errorf("%s is not ready again, although nothing is in its way: %w\n%s", s.name, err, s.tail())
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return nil
}

func (s *server) ready(ctx context.Context) error {
	address := s.address.Load()
	if address == nil {
		return fmt.Errorf("it does not run")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, *address+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := s.fleet.http.Do(r)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", answer.Status)
	}
	return nil
}

// verify has the program recompute all that is kept.
func (f *fleet) verify() error {
	data := f.servers[0].data
	if f.cluster != nil {
		data = []string{"--database", f.cluster.URL("postgres")}
	}
	cmd := exec.Command(f.binary, append([]string{"verify"}, data...)...)
	cmd.Dir, cmd.Env = f.dir, append(os.Environ(), process.Promptly)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Everything adds up.") {
		return fmt.Errorf("daypass verify: %w\n%s", err, out)
	}
	return nil
}

// Package peer lets the servers on one database pass on to each other what is asked of a team, so that one of them
// decides it all and no other has to read what that one writes. Nothing that must be right hangs on it. Each server
// reckons by itself who has a team, from those that it reaches; where two are of different minds, or one does not answer,
// both decide and the journal settles it.
package peer

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"hash/fnv"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/desk"
)

// Roster is where servers find each other.
type Roster interface {
	// Meet notes that a server is up, and where others reach it, and returns the addresses of the others under their names.
	Meet(ctx context.Context, name, address string) (others map[string]string, err error)
	// Leave takes out what Meet has noted.
	Leave(ctx context.Context, name string) error
}

// Desk carries out what other servers pass on.
type Desk interface {
	CarryOut(context.Context, desk.Call, func(*desk.Reply))
}

const (
	// meetEvery is how often a server says that it is up and looks who else is.
	meetEvery = 2 * time.Second
	// dialFor bounds the way to another server, and to the roster.
	dialFor = 2 * time.Second
	// tickEvery is how often a server shows those that pass calls on to it that it is running.
	tickEvery = 100 * time.Millisecond
	// patience is for how long a server waits without such a sign.
	patience = time.Second
	// mostGuests bounds the connections of others, of which anybody can begin one.
	mostGuests = 256
)

// began is where running counts from.
var began = time.Now()

// running is a clock that only goes forward.
func running() time.Duration { return time.Since(began) }

// Fleet is a server among the others on its database.
type Fleet struct {
	name   string
	tls    *tls.Config
	roster Roster
	desk   Desk

	to   atomic.Pointer[[]*outgoing] // the servers that are reached
	look chan struct{}               // asks to look for others now
	live context.Context             // until it is closed
	end  context.CancelFunc
	done sync.WaitGroup

	mu     sync.Mutex
	ended  bool
	links  map[string]*outgoing // by the names of the servers
	guests map[*incoming]struct{}
	guest  int // connections of others, also those that have not said yet who they are
	// What has failed is told once: addresses at which servers were not reached, by their names, and the roster.
	missed   map[string]string
	noRoster bool
}

// New makes a server with a name that no other has. The secret is what all servers of the database have, and nobody else.
func New(name string, secret [sha256.Size]byte, r Roster) (*Fleet, error) {
	t, err := tlsOf(secret)
	if err != nil {
		return nil, err
	}
	live, end := context.WithCancel(context.Background())
	f := &Fleet{name: name, tls: t, roster: r, look: make(chan struct{}, 1), live: live, end: end,
		links: map[string]*outgoing{}, guests: map[*incoming]struct{}{}, missed: map[string]string{}}
	f.publish()
	return f, nil
}

// Start lets other servers know the address at which they reach this one, empty if they do not, and connects to those
// that are up before it returns. From then on a desk carries out what they pass on. ServeHTTP must be called at that address.
func (f *Fleet) Start(ctx context.Context, address string, d Desk) {
	f.mu.Lock()
	f.desk = d
	f.mu.Unlock()
	f.meet(ctx, address)
	f.done.Go(func() {
		every := time.NewTicker(meetEvery)
		defer every.Stop()
		for {
			select {
			case <-every.C:
			case <-f.look:
			case <-f.live.Done():
				return
			}
			f.meet(f.live, address)
		}
	})
}

// meet looks who is up, and connects to those that it is not connected to.
func (f *Fleet) meet(ctx context.Context, address string) {
	ctx, cancel := context.WithTimeout(ctx, dialFor)
	defer cancel()
	others, err := f.roster.Meet(ctx, f.name, address)
	if err != nil {
		if !f.noRoster && f.live.Err() == nil {
			slog.Warn("other servers cannot be looked for", "error", err)
		}
		f.noRoster = true
		return
	}
	f.noRoster = false
	var dials sync.WaitGroup
	for name, address := range others {
		if address == "" || f.linked(name) {
			continue
		}
		dials.Go(func() {
			o, err := f.dial(ctx, name, address)
			if err == nil {
				f.add(o)
			}
			f.tell(name, address, err)
		})
	}
	dials.Wait()
	f.forget(others)
}

func (f *Fleet) linked(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.links[name] != nil
}

// tell says once of a server that it is not reached, or is again.
func (f *Fleet) tell(name, address string, err error) {
	f.mu.Lock()
	before := f.missed[name]
	delete(f.missed, name)
	if err != nil {
		f.missed[name] = address
	}
	f.mu.Unlock()
	switch {
	case err == nil:
		slog.Info("another server is reached", "server", address)
	case before != address && f.live.Err() == nil:
		slog.Warn("another server is not reached: both decide about the same teams, which takes longer", "server", address, "error", err)
	}
}

// forget lets go of what was told of servers that are not up any more.
func (f *Fleet) forget(others map[string]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range f.missed {
		if _, up := others[name]; !up {
			delete(f.missed, name)
		}
	}
}

// add passes calls on by a connection for as long as it lasts.
func (f *Fleet) add(o *outgoing) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		o.fail()
		return
	}
	f.links[o.name] = o
	f.publish()
	f.done.Go(func() {
		o.run()
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.links, o.name)
		f.publish()
	})
}

// publish makes the links that there are those that calls are passed on by. The lock is held.
func (f *Fleet) publish() {
	to := slices.Collect(maps.Values(f.links))
	f.to.Store(&to)
}

// Reached implements desk.Others.
func (f *Fleet) Reached() bool { return len(*f.to.Load()) > 0 }

// Has implements desk.Others.
func (f *Fleet) Has(team string) bool { return f.having(team) != nil }

// Pass implements desk.Others.
func (f *Fleet) Pass(c *desk.Call) (desk.Reply, bool) {
	o := f.having(c.Team)
	if o == nil {
		return desk.Reply{}, false
	}
	return o.pass(c)
}

// having is the server that has a team; nil is this one. It is the one whose name makes the highest number with the
// team's: so each has as many teams, and one that comes or goes moves no others than its own.
func (f *Fleet) having(team string) (has *outgoing) {
	most := weight(f.name, team)
	for _, o := range *f.to.Load() {
		if w := weight(o.name, team); w > most {
			most, has = w, o
		}
	}
	return has
}

// weight is the number that a server's name makes with a team's.
func weight(server, team string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(server))
	_, _ = h.Write([]byte(team))
	// Of FNV the last letters hardly change the high bits, by which numbers are compared: they are mixed, as MurmurHash
	// ends.
	x := h.Sum64()
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// Path is where other servers connect to ServeHTTP.
const Path = "/servers"

// ServeHTTP makes a request of another server a connection, and carries out what it passes on until that ends.
func (f *Fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !f.room() {
		http.Error(w, "this server is not ready for others", http.StatusServiceUnavailable)
		return
	}
	defer f.leave()
	i, err := f.accept(w, r)
	if err != nil {
		slog.Debug("a connection to this server's others failed", "from", r.RemoteAddr, "error", err)
		return
	}
	if !f.welcome(i) {
		_ = i.conn.NetConn().Close() // nothing was said on it
		return
	}
	i.run()
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.guests, i)
}

// room counts one more connection of others, if there can be one.
func (f *Fleet) room() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended || f.desk == nil || f.guest == mostGuests {
		return false
	}
	f.guest++
	f.done.Add(1)
	return true
}

func (f *Fleet) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.guest--
	f.done.Done()
}

// welcome notes who is connected. One that is not known yet is looked for at once.
func (f *Fleet) welcome(i *incoming) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return false
	}
	f.guests[i] = struct{}{}
	if f.links[i.name] == nil {
		select {
		case f.look <- struct{}{}:
		default:
		}
	}
	return true
}

// Close ends all connections, and waits until they have ended. What other servers have passed on and was not answered
// they do themselves.
func (f *Fleet) Close() error {
	f.mu.Lock()
	if f.ended {
		f.mu.Unlock()
		return nil
	}
	f.ended = true
	for _, o := range f.links {
		o.fail()
	}
	for i := range f.guests {
		_ = i.conn.NetConn().Close() // whose reader ends it
	}
	f.mu.Unlock()
	f.end()
	f.done.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), dialFor)
	defer cancel()
	return f.roster.Leave(ctx, f.name)
}

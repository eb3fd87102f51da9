package peer

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/desk"
)

// outgoing is a connection to a server that calls are passed on to.
type outgoing struct {
	name string // of the server there
	conn *tls.Conn
	out  *sender
	in   *receiver

	heard atomic.Int64 // when something came last, on the clock of running

	mu    sync.Mutex
	last  uint64           // number that was given to a call
	calls map[uint64]*wait // passed on and not answered
	down  bool
}

// wait is a call that was passed on, for who waits for its reply.
type wait struct {
	reply desk.Reply
	done  chan bool // whether there is one
}

var waits = sync.Pool{New: func() any { return &wait{done: make(chan bool, 1)} }}

var (
	errProtocol = errors.New("it takes no connections of servers of this release")
	errOther    = errors.New("another server than was announced answers there")
)

// dial connects to a server that is announced at an address.
func (f *Fleet) dial(ctx context.Context, name, address string) (*outgoing, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	giveUp := context.AfterFunc(ctx, func() { _ = conn.Close() }) // whoever reads finds out
	safe := tls.Client(conn, f.tls)
	o := &outgoing{name: name, conn: safe, out: newSender(safe), in: newReceiver(safe), calls: map[uint64]*wait{}}
	err = upgrade(conn, address)
	if err == nil {
		err = o.greet(f.name)
	}
	if !giveUp() {
		return nil, errors.Join(err, context.Cause(ctx))
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return o, nil
}

// upgrade asks an HTTP server for a connection of servers. Nothing comes behind the answer until this side begins with TLS.
func upgrade(conn net.Conn, address string) error {
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", Path, address, protocol); err != nil {
		return err
	}
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // it has none
	if res.StatusCode != http.StatusSwitchingProtocols || res.Header.Get("Upgrade") != protocol || r.Buffered() > 0 {
		return errProtocol
	}
	return nil
}

// greet checks that it is the server that was looked for.
func (o *outgoing) greet(name string) error {
	if err := greet(o.conn, name); err != nil {
		return err
	}
	other, err := o.in.greeted()
	if err != nil {
		return err
	}
	if other != o.name {
		return errOther
	}
	o.heard.Store(int64(running()))
	return nil
}

// pass passes a call on and waits for the reply. False says that there will be none, and that nothing is decided there
// any more.
func (o *outgoing) pass(c *desk.Call) (desk.Reply, bool) {
	w := waits.Get().(*wait)
	o.mu.Lock()
	if o.down {
		o.mu.Unlock()
		waits.Put(w)
		return desk.Reply{}, false
	}
	o.last++
	id := o.last
	o.calls[id] = w
	o.mu.Unlock()
	o.out.send(message{id: id, call: c})
	ok := <-w.done
	reply := w.reply
	w.reply = desk.Reply{}
	waits.Put(w)
	return reply, ok && !reply.Undone
}

// run takes replies until the connection fails, or the other server has not been heard of for too long.
func (o *outgoing) run() {
	ended := make(chan struct{})
	var parts sync.WaitGroup
	parts.Go(o.out.run)
	parts.Go(func() { o.watch(ended) })
	o.read()
	close(ended)
	o.fail()
	parts.Wait()
}

// watch gives up a server that is silent. Who passed something on does it then, and the other does not: see calls.
func (o *outgoing) watch(ended <-chan struct{}) {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if running()-time.Duration(o.heard.Load()) > patience {
				o.fail()
				return
			}
		case <-ended:
			return
		}
	}
}

func (o *outgoing) read() {
	for {
		id, m, err := o.in.next()
		if err != nil {
			return
		}
		if id == 0 {
			o.heard.Store(int64(running()))
			o.out.send(message{tick: time.Duration(m.int())})
			continue
		}
		reply := m.reply()
		if m.err != nil {
			return
		}
		o.mu.Lock()
		w := o.calls[id]
		delete(o.calls, id)
		o.mu.Unlock()
		if w != nil {
			w.reply = reply
			w.done <- true
		}
	}
}

// fail ends the connection, without a farewell that could take time, and lets all who wait know.
func (o *outgoing) fail() {
	o.mu.Lock()
	calls := o.calls
	o.calls, o.down = map[uint64]*wait{}, true
	o.mu.Unlock()
	_ = o.conn.NetConn().Close() // nothing of it is waited for any more
	o.out.stop()
	for _, w := range calls {
		w.done <- false
	}
}

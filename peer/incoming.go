package peer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/desk"
)

// incoming is a connection of a server that passes calls on to this one.
type incoming struct {
	name string // of the server there
	conn *tls.Conn
	out  *sender
	in   *receiver
	desk Desk

	echoed atomic.Int64 // the latest of this server's ticks that the other has received, on the clock of running
	ended  chan struct{}
}

// accept makes another server's request for a connection one.
func (f *Fleet) accept(w http.ResponseWriter, r *http.Request) (*incoming, error) {
	if r.Header.Get("Upgrade") != protocol {
		w.Header().Set("Upgrade", protocol)
		http.Error(w, "only servers of this database and release connect here", http.StatusUpgradeRequired)
		return nil, errProtocol
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	err = conn.SetDeadline(time.Now().Add(dialFor))
	if err == nil && buffered.Reader.Buffered() > 0 {
		err = errProtocol
	}
	if err == nil {
		_, err = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", protocol)
	}
	safe := tls.Server(conn, f.tls)
	i := &incoming{conn: safe, out: newSender(safe), in: newReceiver(safe), desk: f.desk, ended: make(chan struct{})}
	if err == nil {
		i.name, err = i.in.greeted()
	}
	if err == nil {
		i.echoed.Store(int64(running())) // before the other can have heard anything
		err = greet(safe, f.name)
	}
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return i, nil
}

// run carries out what comes until the connection fails.
func (i *incoming) run() {
	var parts sync.WaitGroup
	parts.Go(i.out.run)
	parts.Go(i.tick)
	i.read()
	close(i.ended)
	_ = i.conn.NetConn().Close() // nothing of it is waited for any more
	i.out.stop()
	parts.Wait()
}

// tick shows the other server that this one is running, and finds out whether that was heard.
func (i *incoming) tick() {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			i.out.send(message{tick: running()})
		case <-i.ended:
			return
		}
	}
}

func (i *incoming) read() {
	for {
		id, m, err := i.in.next()
		if err != nil {
			return
		}
		if id == 0 {
			i.echoed.Store(m.int())
			continue
		}
		call := m.call()
		if m.err != nil {
			return
		}
		call.From = i.name
		i.desk.CarryOut(calls{context.Background(), i}, call, func(r *desk.Reply) { i.out.send(message{id: id, reply: r}) })
	}
}

// calls is the context of what came on a connection. It has ended when the other server may have given up waiting, since
// that one does it then. A tick is older here than there, and both have the same patience, so this ends first: also of a
// server that was stopped in between, whatever the clocks of the machines say.
type calls struct {
	context.Context
	from *incoming
}

var errGivenUp = errors.New("the server that has passed it on does it by now")

// Err implements context.Context.
func (c calls) Err() error {
	select {
	case <-c.from.ended:
		return errGivenUp
	default:
	}
	if running()-time.Duration(c.from.echoed.Load()) > patience {
		return errGivenUp
	}
	return nil
}

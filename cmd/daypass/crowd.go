package main

import (
	linked "container/list"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/daypass/daypass/server"
)

// most is how many connections there may be at once. Each takes some thirty kilobytes, and a file of the process.
const most = 10_000

// farewells is how many connections are turned away with words at once; more are closed without.
const farewells = 256

// crowd bounds the connections to a server. When there are too many, the one that has been idle for longest makes
// room; when none is idle, the new one is turned away with the words that all get who find no room.
type crowd struct {
	net.Listener
	most int
	away chan struct{} // one for each that is being turned away

	mu   sync.Mutex
	all  map[net.Conn]*linked.Element
	line linked.List // of *connection, the one that has not changed for longest first
}

// connection is one of the crowd.
type connection struct {
	net.Conn
	idle bool
}

func newCrowd(l net.Listener, most int) *crowd {
	return &crowd{Listener: l, most: most, away: make(chan struct{}, farewells), all: map[net.Conn]*linked.Element{}}
}

// Accept waits for the next connection that there is room for.
func (c *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil || c.makeRoom() {
			return conn, err
		}
		select {
		case c.away <- struct{}{}:
			go func() {
				turnAway(conn)
				<-c.away
			}()
		default:
			_ = conn.Close() // it was never used
		}
	}
}

// makeRoom reports whether one more finds room.
func (c *crowd) makeRoom() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) < c.most {
		return true
	}
	for e := c.line.Front(); e != nil; e = e.Next() {
		if one := e.Value.(*connection); one.idle {
			c.forget(e)
			_ = one.Close() // its reader notices
			return true
		}
	}
	return false
}

func (c *crowd) forget(e *linked.Element) {
	delete(c.all, c.line.Remove(e).(*connection).Conn)
}

// note is told by the server what becomes of each connection.
func (c *crowd) note(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.all[conn]
	switch {
	case state == http.StateNew:
		c.all[conn] = c.line.PushBack(&connection{Conn: conn})
	case e == nil: // it was closed to make room
	case state == http.StateIdle, state == http.StateActive:
		e.Value.(*connection).idle = state == http.StateIdle
		c.line.MoveToBack(e)
	default:
		c.forget(e)
	}
}

// turnAway says that there is no room and closes. What the caller has sent is read first, since closing with
// something unread would take the words back.
func turnAway(conn net.Conn) {
	defer func() { _ = conn.Close() }() // nothing hangs on it
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write(server.NoRoom()); err != nil {
		return
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(conn, 64<<10)) // until the caller has read it
	}
}

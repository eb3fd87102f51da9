package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
)

// crowded serves a handler with room for so many connections.
func crowded(t *testing.T, most int, h http.HandlerFunc) (*crowd, string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := newCrowd(l, most)
	s := &http.Server{Handler: h, ConnState: c.note}
	go s.Serve(c)
	t.Cleanup(func() { s.Close() })
	return c, l.Addr().String()
}

// caller is a connection that asks and reads the answer.
type caller struct {
	net.Conn
	*bufio.Reader
}

func call(t *testing.T, address string) caller {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return caller{conn, bufio.NewReader(conn)}
}

// ask returns the status, or what went wrong.
func (c caller) ask() string {
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	answer, err := http.ReadResponse(c.Reader, nil)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return fmt.Sprint(answer.StatusCode, " ", answer.Header.Get("Retry-After"), " ", string(body))
}

func TestIdleConnectionsMakeRoom(t *testing.T) {
	_, address := crowded(t, 3, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "here") })
	var callers []caller
	for range 6 {
		c := call(t, address)
		if got := c.ask(); got != "200  here" {
			t.Fatal(got)
		}
		callers = append(callers, c)
		time.Sleep(10 * time.Millisecond) // until it is known to be idle
	}
	for i, c := range callers {
		if got := c.ask(); (got == "200  here") != (i >= 3) {
			t.Errorf("connection %d: %s", i, got)
		}
	}
}

// Without an idle one among them, what comes is told to come back, at once and in the words of the contract; and
// when one has gone there is room.
func TestTurnedAway(t *testing.T) {
	release := make(chan struct{})
	c, address := crowded(t, 4, func(w http.ResponseWriter, _ *http.Request) { <-release })
	var busy sync.WaitGroup
	for range 4 {
		one := call(t, address)
		busy.Go(func() { one.ask() })
	}
	for active := 0; active < 4; time.Sleep(time.Millisecond) {
		c.mu.Lock()
		active = 0
		for e := c.line.Front(); e != nil; e = e.Next() {
			if !e.Value.(*connection).idle {
				active++
			}
		}
		c.mu.Unlock()
	}
	for range 20 {
		got := call(t, address).ask()
		if !strings.HasPrefix(got, "503 ") || !strings.Contains(got, `"code":"busy"`) || !strings.Contains(got, string(api.CodeBusy.Title())) {
			t.Error(got)
		}
	}
	close(release)
	busy.Wait()
	if got := call(t, address).ask(); !strings.HasPrefix(got, "200") {
		t.Error(got)
	}
}

package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A server that is told to stop takes no new connection, finishes what it is doing, and ends well.
func TestStopFinishesRequests(t *testing.T) {
	r, err := launch(t.TempDir(), append(os.Environ(), "DAYPASS_OPERATOR_KEY=secret"), "--data", "data", "--clock", "virtual")
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(r.address, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"advance":"1h"}`
	fmt.Fprintf(conn, "POST /v1/clock HTTP/1.1\r\nHost: daypass\r\nAuthorization: Bearer secret\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		len(body), body[:5])
	time.Sleep(200 * time.Millisecond) // the server reads the head: a connection without one is closed at once, as it may be
	ended := make(chan error, 1)
	go func() { ended <- r.end(syscall.SIGTERM) }()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		other, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		other.Close()
		if time.Now().After(deadline) {
			t.Fatal("a server that stops still takes connections")
		}
	}
	fmt.Fprint(conn, body[5:])
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("the request under way was cut off: %v", err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the request under way got %s", answer.Status)
	}
	if err := <-ended; err != nil {
		t.Errorf("the server ended with %v:\n%s", err, r.logged)
	}
}

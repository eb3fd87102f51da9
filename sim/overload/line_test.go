package overload

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// line is a connection that carries one request at a time and reads of an answer only what is counted.
type line struct {
	conn net.Conn
	send sync.Mutex // held while a request is written: its answer can be there before that is over
	out  []byte     // of the request under way
	in   []byte
	busy bool // guarded by the flow's lock
	dead bool // guarded by the flow's lock
	// due and sent are of the request under way, by the flow's stopwatch.
	due, sent atomic.Int64
}

// answer is what is read of an answer.
type answer struct {
	status int
	after  int // seconds of Retry-After; 0: none was given
}

func dial(address string) (*line, error) {
	conn, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		return nil, err
	}
	return &line{conn: conn, in: make([]byte, 4096)}, nil
}

var (
	headEnd    = []byte("\r\n\r\n")
	length     = []byte("\r\nContent-Length: ")
	retryAfter = []byte("\r\nRetry-After: ")
)

// read waits for an answer and reads it to its end.
func (l *line) read() (answer, error) {
	n, end := 0, -1
	var a answer
	for end < 0 || n < end {
		if n == len(l.in) {
			l.in = append(l.in, make([]byte, len(l.in))...)
		}
		got, err := l.conn.Read(l.in[n:])
		if err != nil {
			return a, err
		}
		n += got
		if end >= 0 {
			continue
		}
		head := bytes.Index(l.in[:n], headEnd)
		if head < 0 {
			continue
		}
		if a, end, err = parseHead(l.in[:head+2]); err != nil {
			return a, err
		}
		end += head + len(headEnd)
	}
	return a, nil
}

// parseHead returns an answer and the length of its body.
func parseHead(head []byte) (a answer, body int, err error) {
	if len(head) < 12 {
		return a, 0, fmt.Errorf("the answer begins %q", head)
	}
	if a.status, err = strconv.Atoi(string(head[9:12])); err != nil {
		return a, 0, err
	}
	if body, err = number(head, length); err != nil || body < 0 {
		return a, 0, fmt.Errorf("the answer's length is %d, %w", body, err)
	}
	a.after, err = number(head, retryAfter)
	a.after = max(0, a.after)
	return a, body, err
}

// number is the header's; -1 when it is not there.
func number(head, name []byte) (int, error) {
	_, value, ok := bytes.Cut(head, name)
	if !ok {
		return -1, nil
	}
	value, _, _ = bytes.Cut(value, []byte("\r"))
	return strconv.Atoi(string(value))
}

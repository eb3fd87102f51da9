package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// line is one kept connection to a server.
type line interface {
	// ask sends a request and returns the answer's body, which is good until the next. Without a body it is nil.
	ask(body []byte) ([]byte, error)
	close() error
}

// dialer makes a connection for requests of one kind.
type dialer func(ctx context.Context, address, method, path, key string) (line, error)

// wire is the least that speaks HTTP: client and server share the machine, and what the client takes is not the server's.
type wire struct {
	conn    net.Conn
	answers *bufio.Reader
	head    []byte // of every request, up to the length of its body
	out     []byte
	body    []byte
}

func dialWire(ctx context.Context, address, method, path, key string) (line, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connecting to the server: %w", err)
	}
	head := method + " " + path + " HTTP/1.1\r\nHost: " + address + "\r\nAuthorization: Bearer " + key + "\r\n"
	return &wire{conn: conn, answers: bufio.NewReaderSize(conn, 16<<10), head: []byte(head)}, nil
}

// patience is how long an answer may take.
const patience = time.Minute

func (w *wire) ask(body []byte) ([]byte, error) {
	w.out = append(w.out[:0], w.head...)
	if body != nil {
		w.out = append(w.out, "Content-Type: application/json\r\nContent-Length: "...)
		w.out = append(strconv.AppendInt(w.out, int64(len(body)), 10), "\r\n"...)
	}
	w.out = append(append(w.out, "\r\n"...), body...)
	if err := w.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if _, err := w.conn.Write(w.out); err != nil {
		return nil, err
	}
	return w.answer()
}

var (
	okLine = []byte("HTTP/1.1 200 OK\r\n")
	length = []byte("Content-Length: ")
)

func (w *wire) answer() ([]byte, error) {
	status, err := w.answers.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	ok, said := bytes.Equal(status, okLine), ""
	if !ok {
		said = string(bytes.TrimSpace(status))
	}
	size := -1
	for {
		line, err := w.answers.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if len(line) <= 2 {
			break
		}
		if n, found := bytes.CutPrefix(line, length); found {
			if size, err = strconv.Atoi(string(bytes.TrimSpace(n))); err != nil {
				return nil, err
			}
		}
	}
	if size < 0 {
		return nil, errors.New("the server's answer has no length")
	}
	w.body = append(w.body[:0], make([]byte, size)...)
	if _, err := io.ReadFull(w.answers, w.body); err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("the server answered %s: %s", said, w.body)
	}
	return w.body, nil
}

func (w *wire) close() error { return w.conn.Close() }

package peer

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/daypass/daypass/desk"
)

const (
	// most bounds a message: one of more bytes is wrong.
	most = 64 << 20
	// keep bounds the memory that is kept for what is written and read next.
	keep = 1 << 20
)

// message is one of what is sent: a call, its reply, or a tick.
type message struct {
	id    uint64 // of the call; 0 of a tick
	call  *desk.Call
	reply *desk.Reply
	tick  time.Duration
}

// message appends a message behind its length.
func (w *writer) message(m message) {
	begin := len(*w)
	*w = append(*w, 0, 0, 0, 0)
	w.uint(m.id)
	switch {
	case m.call != nil:
		w.call(m.call)
	case m.reply != nil:
		w.reply(m.reply)
	default:
		w.int(int64(m.tick))
	}
	w.length(begin)
}

func (w *writer) length(begin int) {
	binary.BigEndian.PutUint32((*w)[begin:], uint32(len(*w)-begin-4))
}

// sender writes messages: those that come while others are being written go together.
type sender struct {
	conn *tls.Conn
	wake chan struct{}
	end  chan struct{}
	ends sync.Once

	mu   sync.Mutex
	wait []message
}

func newSender(conn *tls.Conn) *sender {
	return &sender{conn: conn, wake: make(chan struct{}, 1), end: make(chan struct{})}
}

// send has a message written, which nobody may change any more.
func (s *sender) send(m message) {
	s.mu.Lock()
	s.wait = append(s.wait, m)
	first := len(s.wait) == 1
	s.mu.Unlock()
	if first {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// run writes until it is stopped or the connection fails.
func (s *sender) run() {
	var w writer
	var free []message
	for {
		select {
		case <-s.wake:
		case <-s.end:
			return
		}
		runtime.Gosched() // who is about to send something does so first
		s.mu.Lock()
		batch := s.wait
		s.wait = free[:0]
		s.mu.Unlock()
		for _, m := range batch {
			w.message(m)
		}
		clear(batch)
		free = batch
		if _, err := s.conn.Write(w); err != nil {
			_ = s.conn.NetConn().Close() // who reads finds out
			return
		}
		if w = w[:0]; cap(w) > keep {
			w = nil
		}
	}
}

func (s *sender) stop() { s.ends.Do(func() { close(s.end) }) }

// receiver reads messages.
type receiver struct {
	in  *bufio.Reader
	buf []byte
}

func newReceiver(conn io.Reader) *receiver { return &receiver{in: bufio.NewReaderSize(conn, 64<<10)} }

// next reads a message, which is only there until the next.
func (r *receiver) next() (id uint64, m *reader, err error) {
	head, err := r.in.Peek(4)
	if err != nil {
		return 0, nil, err
	}
	n := int(binary.BigEndian.Uint32(head))
	if n > most {
		return 0, nil, errForm
	}
	_, _ = r.in.Discard(4)
	if cap(r.buf) < n || cap(r.buf) > keep {
		r.buf = make([]byte, n)
	}
	if _, err := io.ReadFull(r.in, r.buf[:n]); err != nil {
		return 0, nil, err
	}
	m = &reader{b: r.buf[:n]}
	id = m.uint()
	return id, m, m.err
}

// greet says who this is.
func greet(conn io.Writer, name string) error {
	var w writer
	w = append(w, 0, 0, 0, 0)
	w.uint(0)
	w.string(name)
	w.length(0)
	_, err := conn.Write(w)
	return err
}

// greeted reads who the other is.
func (r *receiver) greeted() (name string, err error) {
	_, m, err := r.next()
	if err != nil {
		return "", err
	}
	name = m.string()
	return name, m.err
}

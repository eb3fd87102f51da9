package torture

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// cut is what happens to one message that commits.
type cut int

const (
	cutBefore cut = iota // the line breaks and the message is lost
	cutAfter             // the message goes out and the line breaks at once: it may commit or not
	cutAnswer            // it commits, and its answer is lost
	cutLate              // the line breaks on the server's side; the message arrives a second later
	cutKinds
)

// proxy stands between one server and PostgreSQL. It reads the protocol, so that it can break the line at the message
// that commits.
type proxy struct {
	listener net.Listener
	to       string
	counts   *counts

	mu    sync.Mutex
	rng   *rand.Rand
	cuts  int           // of the next messages that commit
	how   *cut          // of all of them; nil: each is drawn
	delay time.Duration // of each message
	held  chan struct{} // not nil: nothing passes until it is closed
	lines map[*line]struct{}
}

func newProxy(t *testing.T, to string, n *counts) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, to: to, counts: n, rng: rand.New(rand.NewPCG(1, 1)), lines: map[*line]struct{}{}}
	go p.accept()
	t.Cleanup(func() {
		l.Close()
		p.pass()
		p.reset()
	})
	return p
}

// url is that of a database behind the proxy.
func (p *proxy) url(database string) string {
	return fmt.Sprintf("postgres://daypass@%s/%s?sslmode=disable", p.listener.Addr(), database)
}

func (p *proxy) accept() {
	for {
		front, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(front)
	}
}

// cutNext breaks the line at each of the next n messages that commit.
func (p *proxy) cutNext(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cuts = n
}

func (p *proxy) slow(delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = delay
}

// hold lets nothing through and breaks nothing: both sides think that the other is slow.
func (p *proxy) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = make(chan struct{})
	}
}

// pass ends every disturbance.
func (p *proxy) pass() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cuts, p.delay = 0, 0
	if p.held != nil {
		close(p.held)
		p.held = nil
	}
}

// reset breaks all lines at once.
func (p *proxy) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.lines {
		l.front.Close()
		l.back.Close()
	}
}

// wait is what the proxy does to any traffic.
func (p *proxy) wait() {
	p.mu.Lock()
	held, delay := p.held, p.delay
	p.mu.Unlock()
	if held != nil {
		<-held
	}
	time.Sleep(delay)
}

// draw takes one of the cuts that wait, if there is one.
func (p *proxy) draw() (cut, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cuts == 0 {
		return 0, false
	}
	p.cuts--
	if p.how != nil {
		return *p.how, true
	}
	return cut(p.rng.IntN(int(cutKinds))), true
}

// line is one connection through the proxy.
type line struct {
	proxy       *proxy
	front, back net.Conn
	commits     reader
	answered    chan struct{} // closed when the database has answered a message that was cut
	deaf        bool          // the next answer is not passed on
	mu          sync.Mutex
}

func (p *proxy) serve(front net.Conn) {
	defer front.Close()
	back, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer back.Close()
	l := &line{proxy: p, front: front, back: back, answered: make(chan struct{})}
	p.mu.Lock()
	p.lines[l] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.lines, l)
	}()
	go l.answers()
	l.asks()
}

// asks passes on what the server says, message by message.
func (l *line) asks() {
	in := bufio.NewReader(l.front)
	for started := false; ; {
		message, err := next(in, started)
		if err != nil {
			return
		}
		started = started || !negotiates(message)
		l.proxy.wait()
		if l.commits.read(message) {
			if how, ok := l.proxy.draw(); ok {
				l.cut(how, message)
				return
			}
		}
		if _, err := l.back.Write(message); err != nil {
			return
		}
	}
}

// cut breaks the line around a message that commits.
func (l *line) cut(how cut, message []byte) {
	l.proxy.counts.add([]count{countCutBefore, countCutAfter, countCutAnswer, countCutLate}[how], 1)
	if how == cutBefore {
		return
	}
	l.mu.Lock()
	l.deaf = true
	l.mu.Unlock()
	if how == cutLate {
		l.front.Close()
		time.Sleep(time.Second)
	}
	if _, err := l.back.Write(message); err != nil || how == cutAfter {
		return
	}
	select {
	case <-l.answered:
	case <-time.After(2 * time.Second):
	}
}

// answers passes on what the database says, unless an answer is to be lost.
func (l *line) answers() {
	defer l.front.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := l.back.Read(buffer)
		if n > 0 {
			l.proxy.wait()
			l.mu.Lock()
			deaf := l.deaf
			l.mu.Unlock()
			if deaf {
				close(l.answered)
				return
			}
			if _, err := l.front.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// next reads one message. Those before the start-up have no type, and all have their length.
func next(in *bufio.Reader, started bool) ([]byte, error) {
	head := 4
	if started {
		head = 5
	}
	message := make([]byte, head)
	if _, err := io.ReadFull(in, message); err != nil {
		return nil, err
	}
	rest := int(binary.BigEndian.Uint32(message[head-4:])) - 4
	if rest < 0 || rest > 1<<30 {
		return nil, fmt.Errorf("a message of %d bytes", rest)
	}
	message = append(message, make([]byte, rest)...)
	_, err := io.ReadFull(in, message[head:])
	return message, err
}

// negotiates says that a message asks for encryption, and the true start-up is still to come.
func negotiates(message []byte) bool {
	if len(message) != 8 {
		return false
	}
	code := binary.BigEndian.Uint32(message[4:])
	return code == 80877103 || code == 80877104
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/daypass/daypass/desk"
)

// listen takes the address that a flag gives. Requests wait from now on, until somebody serves.
func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("another program listens on %s already: stop it, or choose another address with %s, such as 127.0.0.1:0 for any free port", address, flag)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("this account may not listen on %s: choose a port from 1024 on with %s", address, flag)
	}
	return nil, fmt.Errorf("cannot listen on %s (%w): %s wants an address and a port of this machine, such as 127.0.0.1:8080", address, innermost(err), flag)
}

// asServer sets the garbage collector for a process that keeps teams in memory.
func asServer() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(desk.GCPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(desk.MemoryLimit)
	}
}

// overlap has a process with one processor run two threads of Go code where it waits for the disk itself: with one, all
// others would wait with it. Where a database waits, a second thread only takes time from the database and from the first:
// the garbage collector thinks that it is idle.
func overlap(shared bool) {
	if !shared && os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) == 1 {
		runtime.GOMAXPROCS(2)
	}
}

// serve answers requests until the context ends, and lets those under way finish. It calls ready with the
// server's address once it answers.
func (h *house) serve(ctx context.Context, l net.Listener, ready func(url string)) error {
	asServer()
	overlap(h.journal.Shared())
	s, callers := httpServer(h.handler(), h.log), newCrowd(l, most)
	s.ConnState = callers.note
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(callers) }()
	if err := h.ready(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	if h.fleet != nil {
		if err := h.meet(ctx, l.Addr()); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	h.log.Info("started", "listen", l.Addr().String(), "now", h.desk.Now().Time(), "virtual", h.clock != nil)
	ready("http://" + l.Addr().String())
	select {
	case err := <-ended:
		return fmt.Errorf("serving: %w", err)
	case <-h.journal.Broken():
		return errors.Join(errDisk, s.Close())
	case <-ctx.Done():
	}
	h.log.Info("stopping", "grace", grace.String())
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	defer h.inside.flush(finish)
	if err := s.Shutdown(finish); err != nil {
		h.log.Warn("requests were cut off", "after", grace.String())
		return s.Close()
	}
	return nil
}

// advertiseOff is an address of a server that no other reaches, and that reaches none.
const advertiseOff = "off"

// meet lets other servers on the database know where they reach this one.
func (h *house) meet(ctx context.Context, listens net.Addr) error {
	address := h.advertise
	if address == "" {
		ip, err := h.journal.LocalIP(ctx)
		if err != nil {
			return err
		}
		address = reachable(listens.(*net.TCPAddr), ip)
	}
	h.fleet.Start(ctx, address, h.desk)
	return nil
}

// reachable is the address at which other servers reach one that listens, when local is this machine's on the way to the
// database, nil if the database is on this machine: then they are taken to be here, too. Empty: they do not reach it.
func reachable(listens *net.TCPAddr, local net.IP) string {
	ip := listens.IP
	switch {
	case ip.IsUnspecified() && local == nil:
		ip = net.IPv4(127, 0, 0, 1)
	case ip.IsUnspecified():
		ip = local
	case ip.IsLoopback() && local != nil:
		return ""
	}
	return net.JoinHostPort(ip.String(), strconv.Itoa(listens.Port))
}

// errDisk ends a server whose disk has failed: what was answered is kept, and going on could only guess what else is.
var errDisk = errors.New("the disk failed while something was being written: look after the disk, then start the server again; nothing that was answered is lost")

// httpServer bounds what one caller can take of the server's time and memory.
func httpServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute, // the longest exports
		IdleTimeout:       3 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

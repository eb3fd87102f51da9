// Package process runs the true program as a process of its own, for tests that talk to it over HTTP, stop it and
// kill it.
package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// Promptly is the environment in which a program built with the race detector ends at once, and not a second later.
const Promptly = "GORACE=atexit_sleep_ms=0"

// Server is a daypass that serves.
type Server struct {
	Address string // such as http://127.0.0.1:40123
	Printed string // on its standard output until it was ready

	cmd  *exec.Cmd
	gone chan struct{} // closed when its output has ended
}

var listening = regexp.MustCompile(`listening on (http://\S+)`)

// Launch starts a prepared daypass serve and waits until it is ready.
func Launch(cmd *exec.Cmd) (*Server, error) {
	leash(cmd)
	s := &Server{cmd: cmd, gone: make(chan struct{})}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	for s.Address == "" {
		line, err := lines.ReadString('\n')
		s.Printed += line
		if match := listening.FindStringSubmatch(line); match != nil {
			s.Address = match[1]
		} else if err != nil {
			return nil, fmt.Errorf("the server ended before it was ready: %w: %s", cmd.Wait(), s.Printed)
		}
	}
	go func() {
		defer close(s.gone)
		_, _ = io.Copy(io.Discard, lines) // until it ends
	}()
	return s, nil
}

// Signal sends a signal and does not wait.
func (s *Server) Signal(signal os.Signal) error { return s.cmd.Process.Signal(signal) }

// Gone is closed when the server has ended, in whichever way.
func (s *Server) Gone() <-chan struct{} { return s.gone }

// End sends a signal and waits until the server has ended; after 20 seconds it kills. How a killed one ended is no
// error.
func (s *Server) End(signal os.Signal) error {
	if err := s.Signal(signal); err != nil {
		return err
	}
	impatient := time.AfterFunc(20*time.Second, func() { _ = s.cmd.Process.Kill() })
	defer impatient.Stop()
	<-s.gone
	if err := s.cmd.Wait(); signal != syscall.SIGKILL {
		return err
	}
	return nil
}

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"syscall"
	"time"
)

// running is a server process that is ready.
type running struct {
	cmd     *exec.Cmd
	address string
	printed string // on its standard output until it was ready
	logged  *bytes.Buffer
	rest    chan struct{} // closed when its output has ended
}

var (
	listening = regexp.MustCompile(`listening on (http://\S+)`)
	madeKey   = regexp.MustCompile(`dpo_[0-9a-f]{64}`)
)

// launch runs daypass serve on a free port and waits until it is ready.
func launch(dir string, env []string, args ...string) (*running, error) {
	cmd := exec.Command("daypass", append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	r := &running{cmd: cmd, logged: new(bytes.Buffer), rest: make(chan struct{})}
	cmd.Dir, cmd.Env, cmd.Stderr = dir, slices.Concat(env, []string{"GORACE=" + promptly}), r.logged
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	for r.address == "" {
		line, err := lines.ReadString('\n')
		r.printed += line
		if match := listening.FindStringSubmatch(line); match != nil {
			r.address = match[1]
		} else if err != nil {
			return nil, fmt.Errorf("the server ended before it was ready: %w: %s%s", cmd.Wait(), r.printed, r.logged)
		}
	}
	go func() {
		defer close(r.rest)
		io.Copy(io.Discard, lines)
	}()
	return r, nil
}

// end sends a signal and waits; after 20 seconds it kills.
func (r *running) end(signal os.Signal) error {
	if err := r.cmd.Process.Signal(signal); err != nil {
		return err
	}
	impatient := time.AfterFunc(20*time.Second, func() { r.cmd.Process.Kill() })
	defer impatient.Stop()
	<-r.rest
	err := r.cmd.Wait()
	if signal == syscall.SIGKILL {
		return nil
	}
	return err
}

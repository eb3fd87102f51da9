package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"testing"

	"github.com/daypass/daypass/sim/process"
)

// running is a server process that is ready.
type running struct {
	address string
	printed string // on its standard output until it was ready
	logged  *bytes.Buffer
	process *process.Server
}

var madeKey = regexp.MustCompile(`dpo_[0-9a-f]{64}`)

// launch runs daypass serve on a free port and waits until it is ready.
func launch(dir string, env []string, args ...string) (*running, error) {
	cmd, logged := exec.Command("daypass", append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...), new(bytes.Buffer)
	cmd.Dir, cmd.Env, cmd.Stderr = dir, slices.Concat(env, []string{process.Promptly}), logged
	p, err := process.Launch(cmd)
	if err != nil {
		return nil, fmt.Errorf("%w%s", err, logged)
	}
	return &running{p.Address, p.Printed, logged, p}, nil
}

// end sends a signal and waits; after 20 seconds it kills.
func (r *running) end(signal os.Signal) error { return r.process.End(signal) }

// long skips, in the everyday loop, what starts and kills many processes; make check runs it.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes long: go test without -short runs it")
	}
}

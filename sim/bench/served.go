package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// served is a true server process.
type served struct {
	cmd     *exec.Cmd
	address string // host and port
	key     string // of a product of the team
	rest    chan struct{}
	said    *limited
}

var listening = regexp.MustCompile(`listening on http://(\S+)`)

// serve runs the program on a ground with teams, and makes a key for the first.
func serve(ctx context.Context, program string, g ground) (*served, error) {
	operator := "bench-" + rand.Text()
	s := &served{said: new(limited), rest: make(chan struct{})}
	s.cmd = exec.CommandContext(ctx, program, append([]string{"serve", "--listen", "127.0.0.1:0", "--log-level", "error"}, g.flags()...)...)
	s.cmd.Env = append(append(os.Environ(), "DAYPASS_OPERATOR_KEY="+operator), g.env()...)
	s.cmd.Stderr, s.cmd.WaitDelay = s.said, 5*time.Second
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a server: %w", err)
	}
	if err := s.hear(out); err != nil {
		return nil, err
	}
	if s.key, err = makeKey(ctx, s.address, operator, teamName(0)); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// hear waits until the server says where it listens.
func (s *served) hear(out io.Reader) error {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if found := listening.FindStringSubmatch(line); found != nil {
			s.address = found[1]
			go func() {
				defer close(s.rest)
				_, _ = io.Copy(io.Discard, lines)
			}()
			return nil
		}
		if err != nil {
			return fmt.Errorf("the server ended before it was ready: %w: %s", errors.Join(err, s.cmd.Wait()), strings.TrimSpace(s.said.String()))
		}
	}
}

// stop ends the server as an operator would; after that it does nothing.
func (s *served) stop() error {
	if s.cmd.ProcessState != nil {
		return nil
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return fmt.Errorf("stopping the server: %w", err)
	}
	<-s.rest
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("stopping the server: %w: %s", err, strings.TrimSpace(s.said.String()))
	}
	return nil
}

// makeKey makes the credential that a vendor's product has.
func makeKey(ctx context.Context, address, operator, team string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/v1/teams/"+team+"/keys",
		bytes.NewBufferString(`{"id":"bench","role":"product"}`))
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", "Bearer "+operator)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", fmt.Errorf("making a key: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	var key struct {
		Secret string `json:"secret"`
		Title  string `json:"title"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&key); err != nil {
		return "", fmt.Errorf("making a key: %w", err)
	}
	if key.Secret == "" {
		return "", fmt.Errorf("making a key: the server answered %s %s", answer.Status, key.Title)
	}
	return key.Secret, nil
}

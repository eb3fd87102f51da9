package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/sim/firm"
	"github.com/daypass/daypass/sim/yearbook"
)

// aYear plays the year of a seed.
func aYear(t *testing.T, seed uint64) (*yearbook.Year, []firm.Refusal) {
	t.Helper()
	ctx, clock := context.Background(), desk.NewVirtualClock(firm.Founded)
	j, err := journal.Open(ctx, t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	played, err := firm.Play(ctx, j, clock, firm.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.New(ctx, j, desk.Options{Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	y, err := yearbook.Read(ctx, d, firm.Team)
	if err != nil {
		t.Fatal(err)
	}
	return y, played.Refusals
}

// TestYearFits prints a year with lines and colours and without: in 100 columns, with the same words.
func TestYearFits(t *testing.T) {
	for seed := range uint64(2) {
		y, refusals := aYear(t, seed)
		var fancy, plain bytes.Buffer
		screen{&fancy, true}.year(y, refusals)
		screen{&plain, false}.year(y, refusals)
		for _, text := range []string{fancy.String(), plain.String()} {
			for _, line := range strings.Split(text, "\n") {
				if lipgloss.Width(line) > 100 {
					t.Errorf("seed %d: %d columns: %s", seed, lipgloss.Width(line), line)
				}
			}
		}
		if strings.Contains(plain.String(), "\x1b") {
			t.Error("colours where none are wanted")
		}
		frame := regexp.MustCompile(`[\s│─╭╮╰╯├┤┬┴┼]+`)
		if got, want := frame.ReplaceAllString(ansi.Strip(fancy.String()), ""), frame.ReplaceAllString(plain.String(), ""); got != want {
			t.Errorf("seed %d: the words differ:\n%s\n%s", seed, got, want)
		}
	}
}

// TestDemoLinesWork starts a demo and runs the lines that it prints.
func TestDemoLinesWork(t *testing.T) {
	t.Setenv("DAYPASS_OPERATOR_KEY", "")
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := run(ctx, in, "demo", "--listen", "127.0.0.1:0")
		in.Close()
		ended <- err
	}()
	shown := readUntil(t, out, "/balance\n")
	for name, value := range exports(shown) {
		t.Setenv(name, value)
	}
	for _, line := range regexp.MustCompile(`(?m)^  daypass ([^#\n]*)`).FindAllStringSubmatch(shown, -1) {
		_, err := run(context.Background(), io.Discard, strings.Fields(line[1])...)
		if refused := strings.Contains(line[1], "vault-office"); refused != errors.Is(err, errRefused) || !refused && err != nil {
			t.Errorf("daypass %s: %v", line[1], err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// run runs a command line.
func run(ctx context.Context, out io.Writer, args ...string) (stderr string, err error) {
	root, errors := newRoot(), new(bytes.Buffer)
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errors)
	root.SilenceErrors, root.SilenceUsage = true, true
	err = root.ExecuteContext(ctx)
	return errors.String(), err
}

// readUntil reads up to some text, and what follows in the background.
func readUntil(t *testing.T, r io.Reader, end string) string {
	t.Helper()
	var shown strings.Builder
	for b := make([]byte, 4096); !strings.Contains(shown.String(), end); {
		n, err := r.Read(b)
		shown.Write(b[:n])
		if err != nil {
			t.Fatalf("%v after:\n%s", err, shown.String())
		}
	}
	go io.Copy(io.Discard, r)
	return shown.String()
}

// exports reads the lines that set variables.
func exports(text string) map[string]string {
	values := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^  export (.*)$`).FindAllStringSubmatch(text, -1) {
		for _, pair := range strings.Fields(line[1]) {
			name, value, _ := strings.Cut(pair, "=")
			values[name] = value
		}
	}
	return values
}

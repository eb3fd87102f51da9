package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/firm"
	"github.com/daypass/daypass/sim/yearbook"
)

// TestDemo starts a demo, and looks at the year that it leaves.
func TestDemo(t *testing.T) {
	folder := t.TempDir()
	t.Run("the lines that it prints work", func(t *testing.T) { linesWork(t, folder) })
	t.Run("the year fits the screen", func(t *testing.T) { yearFits(t, folder) })
}

// yearFits prints a year with lines and colours and without: in 100 columns, with the same words.
func yearFits(t *testing.T, folder string) {
	h, err := openHouse(context.Background(), houseConfig{place: place{data: folder}, clock: clockVirtual, operatorKey: "any", log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if err := h.clock.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	y, err := yearbook.Read(context.Background(), h.desk, firm.Team)
	if err != nil {
		t.Fatal(err)
	}
	refusals := []firm.Refusal{{At: y.From, User: "priya", Product: "cloud-rendering-standard-quality-up-to-6-megapixels", Code: license.CodeTokensInsufficient}}
	var fancy, plain bytes.Buffer
	screen{&fancy, true}.year(y, refusals)
	screen{&plain, false}.year(y, refusals)
	for _, line := range strings.Split(fancy.String()+plain.String(), "\n") {
		if lipgloss.Width(line) > 100 {
			t.Errorf("%d columns: %s", lipgloss.Width(line), line)
		}
	}
	frame := regexp.MustCompile(`[\s│─╭╮╰╯├┤┬┴┼]+`)
	if got, want := frame.ReplaceAllString(ansi.Strip(fancy.String()), ""), frame.ReplaceAllString(plain.String(), ""); got != want {
		t.Errorf("the words differ:\n%s\n%s", got, want)
	}
}

// linesWork runs the lines that a demo prints.
func linesWork(t *testing.T, folder string) {
	t.Setenv("DAYPASS_OPERATOR_KEY", "")
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := run(ctx, in, "demo", "--listen", "127.0.0.1:0", "--data", folder)
		in.Close()
		ended <- err
	}()
	shown := readUntil(t, out, "/balance\n")
	if strings.Contains(shown, "\x1b") {
		t.Error("colours where none are wanted")
	}
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

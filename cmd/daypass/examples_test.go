package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every command says what it does and shows an example, and examples.txtar runs those that ask a server.
func TestExamplesAreRun(t *testing.T) {
	script, err := os.ReadFile("testdata/script/examples.txtar")
	if err != nil {
		t.Fatal(err)
	}
	ran := map[string]bool{}
	for line := range strings.Lines(string(script)) {
		ran[strings.TrimPrefix(strings.TrimSpace(line), "exec ")] = true
	}
	each(newRoot(), func(c *cobra.Command) {
		if c.Short == "" || c.Example == "" {
			t.Errorf("%s has no sentence or no example", c.CommandPath())
		}
		for example := range strings.Lines(c.Example) {
			example, _, _ = strings.Cut(strings.TrimSpace(example), " > ")
			if c.Flags().Lookup("server") != nil && !ran[example] {
				t.Errorf("%s: examples.txtar does not run %q", c.CommandPath(), example)
			}
		}
	})
}

// Every example can be read: its command and flags are there.
func TestExamplesAreWellFormed(t *testing.T) {
	each(newRoot(), func(c *cobra.Command) {
		for example := range strings.Lines(c.Example) {
			line, isCommand := strings.CutPrefix(strings.TrimSpace(example), "daypass ")
			if !isCommand {
				continue
			}
			words := strings.Fields(line)
			found, rest, err := newRoot().Find(words)
			if err != nil || found.HasSubCommands() {
				t.Errorf("%s: %q is no command: %v", c.CommandPath(), line, err)
			} else if err := found.ParseFlags(rest); err != nil {
				t.Errorf("%s: %q: %v", c.CommandPath(), line, err)
			}
		}
	})
}

func each(c *cobra.Command, do func(*cobra.Command)) {
	if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
		return
	}
	do(c)
	for _, sub := range c.Commands() {
		each(sub, do)
	}
}

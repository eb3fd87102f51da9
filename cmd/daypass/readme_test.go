package main

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateReadme = flag.Bool("readme.update", false, "write into the README what the program prints")

// TestReadme runs what the README shows in its console block, and wants the very output that it shows.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, block, ok := strings.Cut(string(readme), "```console\n")
	block, after, closed := strings.Cut(block, "```\n")
	if !ok || !closed {
		t.Fatal("the README has no console block")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir+"/sample", os.DirFS("../../sample")); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "DAYPASS_OPERATOR_KEY=open-sesame", "NO_COLOR=1", "DAYPASS_TEAM=acme")
	server, err := launch(dir, env, "--data", "try", "--clock", "virtual", "--now", "2026-01-05T08:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.end(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	}()
	env = append(env, "DAYPASS_SERVER="+server.address)
	got := replay(dir, env, block)
	if *updateReadme {
		if err := os.WriteFile("../../README.md", []byte(before+"```console\n"+got+"```\n"+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != block {
		t.Fatalf("the README shows something else than the program prints:\n%s", cmp.Diff(block, got))
	}
}

// replay runs the lines of a block that begin with a prompt and returns the block as it is then.
func replay(dir string, env []string, block string) string {
	var b strings.Builder
	for line := range strings.Lines(block) {
		command, isCommand := strings.CutPrefix(line, "$ ")
		if !isCommand {
			continue
		}
		b.WriteString(line)
		cmd := exec.Command("sh", "-c", command)
		cmd.Dir, cmd.Env = dir, env
		out, _ := cmd.CombinedOutput() // a refusal exits with 3 and is what is shown
		b.Write(out)
	}
	return b.String()
}

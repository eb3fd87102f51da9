package main

import (
	"net/url"
	"os"
	"path"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/journal/pgtest"
)

// TestBackupDocument does the drill of docs/backup.md, and moves as it says, and wants the very output that it shows.
func TestBackupDocument(t *testing.T) {
	const file = "../../docs/backup.md"
	document, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(document), "```console\n")
	if len(parts) != 6 {
		t.Fatalf("the document has %d console blocks, and the test knows what happens around 5", len(parts)-1)
	}
	d := newDrill(t)
	for i := range parts[1:] {
		block, after, _ := strings.Cut(parts[i+1], "```\n")
		d.around(i)
		parts[i+1] = d.replay(block) + "```\n" + after
	}
	got := strings.Join(parts, "```console\n")
	if *updateReadme {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != string(document) {
		t.Fatalf("the document shows something else than the program prints:\n%s", cmp.Diff(string(document), got))
	}
}

// drill is what happens to the server while the document is read.
type drill struct {
	t             *testing.T
	dir, database string // the database has another name in the document
	env           []string
	server        *running
}

// newDrill stands where the README ends.
func newDrill(t *testing.T) *drill {
	d := &drill{t: t, dir: t.TempDir(), env: append(os.Environ(), "DAYPASS_OPERATOR_KEY=open-sesame", "NO_COLOR=1", "DAYPASS_TEAM=acme", "TZ=UTC")}
	address := pgtest.URL(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	d.database, d.env = path.Base(u.Path), append(d.env, "DATABASE="+address)
	if err := os.CopyFS(d.dir+"/sample", os.DirFS("../../sample")); err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(readme), "```console\n")
	block, _, _ = strings.Cut(block, "```\n")
	d.start("--now", "2026-01-05T08:00:00Z")
	d.replay(block)
	t.Cleanup(func() { d.stop(syscall.SIGKILL) })
	return d
}

// around is what the document says between its blocks: the machine is lost, a server is started, and stopped.
func (d *drill) around(block int) {
	switch block {
	case 1:
		d.stop(syscall.SIGKILL)
	case 2:
		d.start()
	case 3:
		d.stop(syscall.SIGTERM)
	}
}

func (d *drill) start(args ...string) {
	d.t.Helper()
	r, err := launch(d.dir, d.env, append([]string{"--data", "try", "--clock", "virtual"}, args...)...)
	if err != nil {
		d.t.Fatal(err)
	}
	d.server = r
}

func (d *drill) stop(how syscall.Signal) {
	d.t.Helper()
	if d.server == nil {
		return
	}
	if err := d.server.end(how); err != nil {
		d.t.Error(err)
	}
	d.server = nil
}

func (d *drill) replay(block string) string {
	env := d.env
	if d.server != nil {
		env = append(env, "DAYPASS_SERVER="+d.server.address)
	}
	return strings.ReplaceAll(replay(d.dir, env, block), d.database, "daypass")
}

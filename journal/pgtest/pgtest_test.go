//go:build unix

package pgtest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// ask is the answer to a query of one value.
func ask[T any](t *testing.T, server, query string) (value T) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if err := c.QueryRow(t.Context(), query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

func TestEachURLIsAnEmptyDatabase(t *testing.T) {
	for range 2 {
		server := URL(t)
		if n := ask[int](t, server, `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`); n != 0 {
			t.Errorf("got %d tables, want none", n)
		}
		if err := run(server, "CREATE TABLE entry (seq bigint)"); err != nil {
			t.Error(err)
		}
	}
}

func TestDatabasesAreDropped(t *testing.T) {
	var server string
	t.Run("one", func(t *testing.T) { server = URL(t) })
	err := run(server, "SELECT 1")
	if err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("got %v, want that the database does not exist", err)
	}
}

// TestStops stops a cluster in every way and holds that what was committed is there after the next start, on the same
// port.
func TestStops(t *testing.T) {
	c := Start(t)
	if !ask[bool](t, c.SocketURL("postgres"), `SELECT 'a' < 'B' COLLATE "default"`) {
		t.Error("the cluster sorts in the order of bytes: a forgotten collation is not noticed")
	}
	if got := ask[string](t, c.URL("postgres"), "SHOW fsync"); got != "on" {
		t.Errorf("fsync is %s: what is committed has to survive", got)
	}
	if err := run(c.URL("postgres"), "CREATE TABLE kept (n bigint)"); err != nil {
		t.Fatal(err)
	}
	for i, mode := range []Mode{Fast, Immediate, Kill, Kill} {
		if err := run(c.URL("postgres"), "INSERT INTO kept VALUES (1)"); err != nil {
			t.Fatal(err)
		}
		if err := c.Stop(mode); err != nil {
			t.Fatal(err)
		}
		if err := run(c.URL("postgres"), "SELECT 1"); err == nil {
			t.Errorf("after %v: it still answers", mode)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if got := ask[int](t, c.URL("postgres"), "SELECT count(*) FROM kept"); got != i+1 {
			t.Errorf("after %v: got %d rows, want %d", mode, got, i+1)
		}
	}
}

// TestNothingStays kills a test binary that has a cluster, and waits until cluster and folder are gone.
func TestNothingStays(t *testing.T) {
	if os.Getenv("DAYPASS_PGTEST_CHILD") != "" {
		c := Start(t)
		fmt.Println(c.home)
		select {}
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestNothingStays$")
	cmd.Env = append(os.Environ(), "DAYPASS_PGTEST_CHILD=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	home := strings.TrimSpace(line)
	if err != nil || !filepath.IsAbs(home) {
		t.Fatalf("the child said %q: %v", line, err)
	}
	content, err := os.ReadFile(filepath.Join(home, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	var postmaster int
	if _, err := fmt.Sscan(string(content), &postmaster); err != nil {
		t.Fatal(err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		_, err := os.Stat(home)
		if os.IsNotExist(err) && syscall.Kill(postmaster, 0) == syscall.ESRCH {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("30 s after the end of the test, %s or process %d is still there", home, postmaster)
		}
	}
}

func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := folder(filepath.Join(t.TempDir(), "*", "bin", "initdb"))
	for _, want := range []string{"install", Environment} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want what to do: %s", err, want)
		}
	}
}

func TestNewest(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := t.TempDir()
	for _, v := range []string{"9.6", "15", "16"} {
		bin := filepath.Join(dir, v, "bin")
		if err := os.MkdirAll(bin, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(bin, "initdb"), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	got, err := folder(filepath.Join(dir, "*", "bin", "initdb"))
	if want := filepath.Join(dir, "16", "bin"); err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestExistingServer(t *testing.T) {
	c := Start(t)
	for _, server := range []string{c.URL("postgres"), c.SocketURL("postgres")} {
		t.Setenv(Environment, server)
		if got, want := ask[string](t, URL(t), "SHOW data_directory"), c.Dir; got != want {
			t.Errorf("got a database in %s, want one in %s", got, want)
		}
	}
}

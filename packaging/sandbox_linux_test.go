package packaging

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/journal/pgtest"
)

// inside runs a command line in a folder that is its whole world: the folder cannot be written but for data, by
// an account that is nobody's and can become nobody else. That takes a file system of one's own, which only root
// may arrange.
const inside = `
mount --bind "$1" "$1"
mount --bind "$1/data" "$1/data"
mount -o remount,bind,ro "$1"
world=$1
folder=$2
shift 2
exec setpriv --no-new-privs unshare --root="$world" --wd="$folder" --setgid=65532 --setuid=65532 "$@"`

// world makes the image's file system: the program, an empty folder for data, the secrets.
func world(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for path, mode := range map[string]os.FileMode{"data": 0o700, "run/secrets": 0o755} {
		if err := os.MkdirAll(filepath.Join(dir, path), mode); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(program(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "daypass"), text, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "run/secrets/daypass_operator_key"), []byte("open-sesame\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(filepath.Join(dir, "data"), 65532, 65532); err != nil {
		t.Fatal(err)
	}
	return dir
}

// image is a command line in such a world, with the environment that the image gives.
func image(t *testing.T, dir string, line ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("unshare", append([]string{"--mount", "sh", "-euc", inside, "sh", dir, one(t, dockerfile(t), "", "WORKDIR")}, line...)...)
	cmd.Env = append(said(dockerfile(t), "", "ENV"), "PATH="+os.Getenv("PATH"))
	return cmd
}

// needsMounts skips a test where nobody may mount: who is not root, and the root of most containers.
func needsMounts(t *testing.T) {
	t.Helper()
	if out, err := exec.Command("unshare", "--mount", "true").CombinedOutput(); err != nil {
		t.Skipf("only root can mount a file system read-only and change into it: %v: %s", err, out)
	}
}

// serving starts a server in such a world, as the image does, but on a free port. It returns how to ask it from within
// the world, and how to end it.
func serving(t *testing.T, dir string) (ask func(want string, line ...string), end func()) {
	t.Helper()
	all := dockerfile(t)
	line := append(words(t, one(t, all, "", "ENTRYPOINT")), words(t, one(t, all, "", "CMD"))...)
	for i := range line {
		line[i] = strings.Replace(line[i], "0.0.0.0:8080", "127.0.0.1:0", 1)
	}
	cmd := image(t, dir, line...)
	address := start(t, cmd)
	confined(t, cmd.Process.Pid)
	ask = func(want string, line ...string) {
		t.Helper()
		c := image(t, dir, append([]string{"/daypass"}, line...)...)
		c.Env = append(c.Env, "DAYPASS_SERVER="+address, "DAYPASS_TEAM=acme")
		if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
			t.Errorf("daypass %s: got %q, %v; want %q", strings.Join(line, " "), out, err, want)
		}
	}
	return ask, func() {
		t.Helper()
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ended with %v", err)
		}
	}
}

// The image's program runs in the image's file system, as nobody, and writes to data only.
func TestImageRunsReadOnly(t *testing.T) {
	needsMounts(t)
	dir := world(t)
	before := tree(t, dir)
	ask, end := serving(t, dir)
	ask("ready", "health")
	ask("Team acme is there", "team", "create", "acme", "--admin-name", "Ada", "--admin-email", "ada@acme.example", "--time-zone", "Europe/Paris")
	ask("has a pack of 500 tokens", "pack", "buy", "500")
	ask("500 tokens to spend", "balance")
	end()
	ask("Everything adds up", "verify", "--data", "/data/daypass-data")
	for path := range tree(t, dir) {
		if !before[path] && !strings.HasPrefix(path, "data/daypass-data") {
			t.Errorf("the server wrote %s", path)
		}
	}
}

// On a database it needs no place to write at all, and its address is a secret that is a file. Two such servers are one.
func TestImagesShareADatabase(t *testing.T) {
	needsMounts(t)
	dir := world(t)
	if err := os.WriteFile(filepath.Join(dir, "run/secrets/daypass_database"), []byte(pgtest.URL(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(filepath.Join(dir, "data"), 0, 0); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	one, endOne := serving(t, dir)
	other, endOther := serving(t, dir)
	one("Team acme is there", "team", "create", "acme", "--admin-name", "Ada", "--admin-email", "ada@acme.example")
	other("has a pack of 500 tokens", "pack", "buy", "500")
	one("500 tokens to spend", "balance")
	endOne()
	other("ready", "health")
	endOther()
	other("Everything adds up", "verify")
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Errorf("the servers wrote something (+):\n%s", diff)
	}
}

// start waits until a server listens.
func start(t *testing.T, cmd *exec.Cmd) (address string) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	logged := new(strings.Builder)
	cmd.Stderr = logged
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	late := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer late.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := regexp.MustCompile(`listening on (http://\S+)`).FindStringSubmatch(lines.Text()); found != nil {
			return found[1]
		}
	}
	t.Fatalf("the server does not listen: %v: %s", cmd.Wait(), logged)
	return ""
}

// confined looks at what the kernel says of a process.
func confined(t *testing.T, pid int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Name:\tdaypass", "Uid:\t65532\t65532\t65532\t65532", "Gid:\t65532\t65532\t65532\t65532", "Groups:\t \n",
		"NoNewPrivs:\t1", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000"} {
		if !strings.Contains(string(status), want) {
			t.Errorf("the server is not confined: want %q in\n%s", want, status)
		}
	}
}

// tree are the files and folders below a folder.
func tree(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		below, relErr := filepath.Rel(dir, path)
		found[below] = relErr == nil
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

package packaging

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// version is what the program of these tests says it is.
const version = "0.0.0-test"

// folder is where it is built, for all tests together.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "daypass-packaging-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// program is the program as the image has it.
func program(t *testing.T) string {
	t.Helper()
	line := strings.Fields(strings.Join(said(dockerfile(t), "built", "RUN"), " && "))
	path, err := build(strings.Join(line, " "))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// built keeps build from doing it twice.
var built struct {
	sync.Mutex
	path string
}

// build runs the very line of the Dockerfile that builds it, without the caches of the image's builder.
func build(line string) (string, error) {
	built.Lock()
	defer built.Unlock()
	if built.path != "" {
		return built.path, nil
	}
	at := strings.Index(line, "CGO_ENABLED=")
	if at < 0 || !strings.Contains(line, " -o /daypass ") {
		return "", fmt.Errorf("the Dockerfile does not build /daypass: %s", line)
	}
	path := filepath.Join(folder, "daypass")
	cmd := exec.Command("sh", "-c", strings.Replace(line[at:], " -o /daypass ", " -o "+path+" ", 1))
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "TARGETOS="+runtime.GOOS, "TARGETARCH="+runtime.GOARCH, "VERSION="+version)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	built.path = path
	return path, nil
}

// help is what --help says at the end of a command line, which must be one of the program.
func help(t *testing.T, line ...string) string {
	t.Helper()
	out, err := exec.Command(program(t), append(slices.Clone(line), "--help")...).CombinedOutput()
	words := commandOf(line)
	usages := []string{strings.Join(words, " ") + `\b`}
	for n := range words { // small letters can also be an argument's, where the usage has a name in capitals
		usages = append(usages, strings.Join(words[:n], " ")+` [A-Z]`)
	}
	usage := regexp.MustCompile(`(?m)^\s*daypass (` + strings.Join(usages, "|") + `)`)
	if err != nil || !usage.Match(out) {
		t.Errorf("daypass %s is not a command of the program: %v\n%s", strings.Join(line, " "), err, out)
	}
	return string(out)
}

// commandOf are the words of a line before its first flag or argument: the names of commands are small letters.
func commandOf(line []string) []string {
	end := slices.IndexFunc(line, func(word string) bool { return !regexp.MustCompile(`^[a-z]+$`).MatchString(word) })
	if end < 0 {
		return line
	}
	return line[:end]
}

// Every command line that something starts with is one of the program.
func TestCommandLines(t *testing.T) {
	all := dockerfile(t)
	entry := words(t, one(t, all, "", "ENTRYPOINT"))
	health, isExec := strings.CutPrefix(one(t, all, "", "HEALTHCHECK"), "--interval=10s --timeout=5s --start-period=60s CMD ")
	if !slices.Equal(entry, []string{"/daypass"}) || !isExec {
		t.Fatalf("the image runs %q and asks for its health by %q", entry, health)
	}
	lines := map[string][]string{
		"the image":    append(entry, words(t, one(t, all, "", "CMD"))...),
		"health check": words(t, health),
	}
	for name, s := range compose(t).Services {
		if s.Build != nil && s.Command != nil {
			lines["compose "+name] = append(entry, s.Command...)
		}
	}
	for i, line := range regexp.MustCompile(`/daypass .*`).FindAllString(read(t, "compose.yaml"), -1) {
		lines[fmt.Sprint("compose ", i)] = strings.Fields(line)
	}
	start := unit(t)["ExecStart"]
	if len(start) != 1 {
		t.Fatalf("the unit starts %q", start)
	}
	lines["unit"] = strings.Fields(start[0])
	for name, line := range lines {
		t.Run(name, func(t *testing.T) {
			if filepath.Base(line[0]) != "daypass" {
				t.Fatalf("%q does not run daypass", line)
			}
			help(t, line[1:]...)
		})
	}
}

// A help page that is asked for wrongly is not taken for the right one.
func TestHelpKnowsItsCommand(t *testing.T) {
	for _, line := range [][]string{{"srve"}, {"serve", "--bogus"}, {"team", "destroy"}} {
		out, err := exec.Command(program(t), append(line, "--help")...).CombinedOutput()
		usage := regexp.MustCompile(`(?m)^\s*daypass ` + strings.Join(commandOf(line), " ") + `\b`)
		if err == nil && usage.Match(out) {
			t.Errorf("daypass %s passes for a command:\n%s", strings.Join(line, " "), out)
		}
	}
}

// The program needs no library of the system, knows its version, and not where it was built.
func TestProgramIsStatic(t *testing.T) {
	path := program(t)
	out, err := exec.Command(path, "--version").Output()
	if err != nil || !strings.Contains(string(out), version) {
		t.Errorf("--version says %q, %v", out, err)
	}
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(bytes), here+"/") {
		t.Errorf("the program names the folder that it was built in, %s", here)
	}
	if runtime.GOOS != "linux" {
		return
	}
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the program is linked dynamically: it has %s", p.Type)
		}
	}
}

package main

import (
	"database/sql"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/sim/process"
)

// TestMain makes this program the daypass that scripts and tests run.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"daypass": func() { os.Exit(program()) }})
}

// TestScripts runs the program as its users do. Each script has a folder of its own, and a server when it asks
// for one.
func TestScripts(t *testing.T) {
	sample, err := filepath.Abs("../../sample/catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Values["server"] = new(slot)
			env.Setenv("TZ", "UTC")
			name, value, _ := strings.Cut(process.Promptly, "=")
			env.Setenv(name, value)
			env.Setenv("SAMPLE", sample)
			return nil
		},
		Condition: func(what string) (bool, error) {
			if what != "root" {
				return false, fmt.Errorf("there is no condition %q", what)
			}
			return os.Getuid() == 0, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": startServer, "halt": stopServer, "line": oneLineOf, "keep": keep, "invited": invited, "occupy": occupy, "sql": runSQL,
			"database": func(ts *testscript.TestScript, _ bool, args []string) { ts.Setenv(args[0], pgtest.URL(t)) },
		},
	})
}

// slot holds the server of a script.
type slot struct{ *running }

// startServer is "server [flags]": it runs serve on a free port until it is ready, with the server's address in
// DAYPASS_SERVER, and in DAYPASS_KEY the credential that it made. What it printed is in server.out.
func startServer(ts *testscript.TestScript, _ bool, args []string) {
	ts.Defer(func() { ts.Value("server").(*slot).stop(syscall.SIGKILL) })
	env := append(os.Environ(), "DAYPASS_OPERATOR_KEY="+ts.Getenv("DAYPASS_OPERATOR_KEY"), "TZ=UTC")
	r, err := launch(ts.MkAbs("."), env, args...)
	ts.Check(err)
	ts.Value("server").(*slot).running = r
	ts.Setenv("DAYPASS_SERVER", r.address)
	if key := madeKey.FindString(r.printed); key != "" {
		ts.Setenv("DAYPASS_KEY", key)
	}
	ts.Check(os.WriteFile(ts.MkAbs("server.out"), []byte(r.printed), 0o600))
}

func (s *slot) stop(signal os.Signal) error {
	r := s.running
	if s.running = nil; r == nil {
		return nil
	}
	return r.end(signal)
}

// stopServer is "halt [KILL]": it ends the server as an operator would, which must succeed, or kills it. What
// it logged is in server.err.
func stopServer(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value("server").(*slot)
	if s.running == nil {
		ts.Fatalf("there is no server")
	}
	logged, signal := s.logged, os.Signal(syscall.SIGTERM)
	if len(args) > 0 {
		signal = syscall.SIGKILL
	}
	ts.Check(s.stop(signal))
	ts.Check(os.WriteFile(ts.MkAbs("server.err"), logged.Bytes(), 0o600))
}

// oneLineOf is "line FILE": the file, such as stderr, is one line.
func oneLineOf(ts *testscript.TestScript, _ bool, args []string) {
	if content := ts.ReadFile(args[0]); strings.Count(content, "\n") != 1 || !strings.HasSuffix(content, "\n") {
		ts.Fatalf("%s is not one line:\n%s", args[0], content)
	}
}

// keep is "keep VARIABLE REGEXP": the variable gets what the first group of the pattern matches in stdout.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	match := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if match == nil {
		ts.Fatalf("%s matches nothing in %s", args[1], ts.ReadFile("stdout"))
	}
	ts.Setenv(args[0], match[1])
}

// occupy takes a port for the rest of the script and puts it into PORT.
func occupy(ts *testscript.TestScript, _ bool, _ []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv("PORT", fmt.Sprint(l.Addr().(*net.TCPAddr).Port))
}

// runSQL is "sql FOLDER STATEMENT": it changes a database behind the program's back.
func runSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(filepath.Join(args[0], "daypass.db")))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}

// invited is "invited FOLDER USER VARIABLE": the variable gets the code of the invitation that a user was sent last, which
// stands in the outbox only.
func invited(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(filepath.Join(args[0], "daypass.db"))+"?mode=ro")
	ts.Check(err)
	defer db.Close()
	var code string
	ts.Check(db.QueryRow(`SELECT json_extract(body, '$.code') FROM outbox WHERE kind = 'invited' AND json_extract(body, '$.user') = ?
		ORDER BY CAST(substr(id, length(?)) AS INTEGER) DESC LIMIT 1`, args[1], "invitation/"+args[1]+"/1").Scan(&code))
	ts.Setenv(args[2], code)
}

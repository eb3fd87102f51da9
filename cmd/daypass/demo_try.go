package main

import (
	"os"
	"strings"

	"github.com/daypass/daypass/sim/firm"
)

// try says where the server is and what can be done there.
func (s screen) try(h *house, url, key string) {
	s.title("Try it")
	s.say("daypass is listening on %s", s.paint(good, url))
	s.note("It is %s there, and the clock goes on. Stop with Ctrl-C. In another terminal:", h.clock.Now().Format("Monday 2 January 2006, 15:04 MST"))
	if builtByGoRun() {
		s.say("  alias daypass='go run ./cmd/daypass'")
	}
	for _, step := range []struct{ line, what string }{
		{"export DAYPASS_SERVER=" + url + " DAYPASS_TEAM=" + firm.Team, ""},
		{"export DAYPASS_KEY=" + key, ""},
		{"daypass open autocad --user james --version 2026", "tokens pay for a day"},
		{"daypass open revit --user sarah --version 2026", "her seat pays"},
		{"daypass open vault-office --user james --version 2026", "refused, and what to do"},
		{"daypass balance", "what is left, pack by pack"},
		{"daypass clock advance 24h", "tomorrow, the next pass"},
		{`curl -sH "Authorization: Bearer $DAYPASS_KEY" $DAYPASS_SERVER/v1/teams/` + firm.Team + "/balance", ""},
	} {
		if step.what == "" {
			s.say("  %s", step.line)
			continue
		}
		s.say("  %-54s %s", step.line, s.paint(faint, "# "+step.what))
	}
}

// builtByGoRun reports whether go run has made this program, so that there is none to call by its name.
func builtByGoRun() bool {
	path, err := os.Executable()
	return err == nil && strings.Contains(path, "go-build")
}

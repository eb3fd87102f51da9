// Package stories plays worked examples: small text files in the words of the trade, with a clock of
// their own, that say what is done and what exactly is answered. One file holds the stories of one area,
// separated by empty lines; a story begins with the rules that it shows:
//
//	# R5.3  AutoCAD, Monday 08:00-17:00 and Tuesday 07:00-17:00: the second charge falls at 08:00.
//	product autocad 7 per day
//	pack small 500 bought 2026-01-05
//	Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
//
// First stand the lines that describe the world, then the lines of what happens, each with its time, what
// is done and what is answered, two or more spaces apart. All times are UTC, as exact as wanted
// (08:00:00.001). Days only go forward: a weekday is the next one that comes, and a story begins on Monday
// 2026-01-05 unless it names dates. Whoever acts is a user of the team, assigned to Flex, unless the story
// says otherwise. A line that says nothing of the lease expects it to end with the pass. phrases.go and
// outcome.go list every line that can stand in a story; any other is an error with its file and line.
package stories

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/daypass/daypass/license"
)

// Story is one worked example.
type Story struct {
	File  string
	Line  int      // of the title
	Rules []string // R5.3, or 0001.3 for a reading of docs/decisions/0001
	Title string
	// NotAt holds the levels that cannot play it, each with the reason.
	NotAt map[string]string
	// Begin is when the team and the users that nobody introduces are made.
	Begin   license.Instant
	Catalog license.Catalog // as it is at Begin
	Users   []Newcomer
	Teams   []string // the first is the team of the story
	// TimeZone is that of the teams; empty is UTC. The times of the lines are UTC all the same.
	TimeZone string
	Steps    []Step
}

// Newcomer is a user from the beginning of a story.
type Newcomer struct {
	User string
	Flex bool // assigned to Flex
}

// Step is one line of a story that does or shows something.
type Step struct {
	Line int
	Text string
	At   license.Instant // what the clock shows
	Team string
	Do   any // an action of actions.go, or one of license's commands
	Want Outcome
}

// Where names the story for people.
func (s *Story) Where() string { return fmt.Sprintf("%s:%d", s.File, s.Line) }

// ReadDir reads all stories in a directory, in the order of the file names.
func ReadDir(dir string) ([]*Story, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.story"))
	if err != nil {
		return nil, fmt.Errorf("looking for stories: %w", err)
	}
	var all []*Story
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading stories: %w", err)
		}
		stories, err := Parse(filepath.Base(file), string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, stories...)
	}
	return all, nil
}

// Parse reads the stories of one file.
func Parse(file, text string) ([]*Story, error) {
	var all []*Story
	var p *parser
	for i, line := range strings.Split(text, "\n") {
		var err error
		switch line = strings.TrimRight(line, " "); {
		case line == "" && p != nil:
			err = p.finish()
			p = nil
		case line == "":
		case p == nil:
			p, err = begin(file, i+1, line)
			if err == nil {
				all = append(all, p.story)
			}
		case !strings.HasPrefix(line, "#"):
			err = p.line(i+1, line)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w\n\t%s", file, i+1, err, line)
		}
	}
	if p != nil {
		if err := p.finish(); err != nil {
			return nil, fmt.Errorf("%s: %w", p.story.Where(), err)
		}
	}
	return all, nil
}

var title = regexp.MustCompile(`^# ((?:(?:R\d+\.\d+|0001\.\d+) )+) (\S.*)$`)

// begin reads a title line: rules, two spaces, and what the story tells.
func begin(file string, line int, text string) (*parser, error) {
	m := title.FindStringSubmatch(text)
	if m == nil {
		return nil, fmt.Errorf("a story begins with a title such as \"# R5.3  The second charge falls at 08:00.\"")
	}
	s := &Story{File: file, Line: line, Rules: strings.Fields(m[1]), Title: m[2], NotAt: map[string]string{}, Teams: []string{"acme"}}
	return newParser(s), nil
}

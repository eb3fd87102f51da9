package stories

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ruled is one rule in license/doc.go: the files whose stories show it, or why none does.
type ruled struct {
	rule    string
	stories []string
	because string
}

var (
	item   = regexp.MustCompile(`^- (R\d+\.\d+) (.*)$`)
	shown  = regexp.MustCompile(`(?:Story|Stories): ([a-z, ]+)\.$`)
	unseen = regexp.MustCompile(`No story: (.+)\.$`)
)

// readRules reads the list of rules in the package comment of license.
func readRules(t *testing.T) []ruled {
	text, err := os.ReadFile("../license/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var items []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(strings.TrimPrefix(line, "//"), "\n")
		switch words := strings.TrimSpace(line); {
		case strings.HasPrefix(line, "   - "):
			items = append(items, words)
		case strings.HasPrefix(line, "     ") && len(items) > 0:
			items[len(items)-1] += " " + words
		}
	}
	var rules []ruled
	for _, text := range items {
		m := item.FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("license/doc.go: no rule begins like this: %s", text)
		}
		r := ruled{rule: m[1]}
		if s := unseen.FindStringSubmatch(text); s != nil {
			r.because = s[1]
		} else if s := shown.FindStringSubmatch(text); s != nil {
			r.stories = strings.Split(s[1], ", ")
		} else {
			t.Errorf("license/doc.go: %s ends neither with its story nor with why there is none", r.rule)
		}
		rules = append(rules, r)
	}
	return rules
}

// TestEveryRuleHasAStory holds license/doc.go and the stories together: every rule of R3 to R7 is there and
// has a story, and every story that is named exists and is of that rule.
func TestEveryRuleHasAStory(t *testing.T) {
	tells := told(t)
	listed := map[string][]string{}
	for _, r := range readRules(t) {
		if listed[r.rule] != nil {
			t.Errorf("license/doc.go: %s stands twice", r.rule)
		}
		listed[r.rule] = append(r.stories, r.because)
		for _, file := range r.stories {
			if !slices.Contains(tells[r.rule], file+".story") {
				t.Errorf("license/doc.go: %s names the story %q, and %s.story has none of that rule", r.rule, file, file)
			}
		}
		if r.because != "" && len(tells[r.rule]) > 0 {
			t.Errorf("license/doc.go: %s has a story, in %s", r.rule, tells[r.rule])
		}
	}
	for section, last := range map[string]int{"R3": 8, "R4": 10, "R5": 10, "R6": 5, "R7": 5} {
		for n := 1; n <= last; n++ {
			rule := section + "." + strconv.Itoa(n)
			if listed[rule] == nil {
				t.Errorf("license/doc.go: %s is missing", rule)
			}
			// R6.4 is the one line that only a client can show.
			if tells[rule] == nil && rule != "R6.4" {
				t.Errorf("%s has no story", rule)
			}
		}
	}
	for rule, files := range tells {
		if strings.HasPrefix(rule, "R") && listed[rule] == nil {
			t.Errorf("%s is a story's rule and not in license/doc.go (%s)", rule, files)
		}
	}
}

// TestEveryReadingHasAStory does the same for the readings of what the rules leave open.
func TestEveryReadingHasAStory(t *testing.T) {
	text, err := os.ReadFile("../docs/decisions/0001-how-the-rules-are-read.md")
	if err != nil {
		t.Fatal(err)
	}
	tells, known := told(t), map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(\d+)\. `).FindAllStringSubmatch(string(text), -1) {
		known["0001."+m[1]] = true
		if tells["0001."+m[1]] == nil {
			t.Errorf("reading %s of decision 0001 has no story", m[1])
		}
	}
	for rule := range tells {
		if strings.HasPrefix(rule, "0001.") && !known[rule] {
			t.Errorf("a story shows %s, which is no reading", rule)
		}
	}
}

// told lists the files that have stories of each rule.
func told(t *testing.T) map[string][]string {
	all, err := ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	tells := map[string][]string{}
	for _, s := range all {
		for _, rule := range s.Rules {
			if !slices.Contains(tells[rule], s.File) {
				tells[rule] = append(tells[rule], s.File)
			}
		}
	}
	return tells
}

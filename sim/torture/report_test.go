package torture

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

var report = flag.String("report", "", "write the totals into this file, between the two markers of the test")

// report writes the totals of a run that went well into a file, between <!-- totals of TestX --> and <!-- end -->.
func (c *counts) report(t *testing.T) {
	if *report == "" || t.Failed() {
		return
	}
	content, err := os.ReadFile(*report)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := fmt.Sprintf("<!-- totals of %s -->\n", t.Name()), "<!-- end -->"
	before, rest, found := strings.Cut(string(content), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the totals: %s and %s", *report, strings.TrimSpace(begin), end)
	}
	commit, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("On %s, %d cores, Go %s, commit %s.\n\n%s", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(),
		strings.TrimPrefix(runtime.Version(), "go"), strings.TrimSpace(string(commit)), c.table())
	if err := os.WriteFile(*report, []byte(before+begin+said+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

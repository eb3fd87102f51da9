// Package page puts figures that were measured into a document.
package page

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Put puts figures between <!-- marker --> and <!-- end --> of a file, in place of what stands there, and says on what
// they were measured. Setup is what else is to be said of that; empty is nothing.
func Put(ctx context.Context, file, marker, setup, figures string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the page: %w", err)
	}
	begin, end := "<!-- "+marker+" -->\n", "<!-- end -->"
	before, rest, found := strings.Cut(string(content), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s has no place for the figures: %s and %s", file, strings.TrimSpace(begin), end)
	}
	commit, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return fmt.Errorf("asking for the commit: %w", err)
	}
	said := fmt.Sprintf("On %s, %d cores, Go %s, commit %s", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(),
		strings.TrimPrefix(runtime.Version(), "go"), strings.TrimSpace(string(commit)))
	if setup != "" {
		said += "; " + setup
	}
	if err := os.WriteFile(file, []byte(before+begin+said+".\n\n"+figures+end+after), 0o644); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

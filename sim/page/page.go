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

// Put puts figures between <!-- marker --> and <!-- end --> of a file, in place of what stands there, and says when and on
// what they were measured. Setup is which processors that was, and how it was done.
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
	said := fmt.Sprintf("On %s, %s, Go %s, commit %s.\n\n", time.Now().UTC().Format(time.DateOnly), setup,
		strings.TrimPrefix(runtime.Version(), "go"), strings.TrimSpace(string(commit)))
	if err := os.WriteFile(file, []byte(before+begin+said+figures+end+after), 0o644); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

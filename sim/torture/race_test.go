//go:build race

package torture

// The servers are built as the test is: a race in one of them ends it, and the test.
func init() { buildFlags = append(buildFlags, "-race") }

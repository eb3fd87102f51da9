//go:build !linux

package overload

import "testing"

// kept would have what do starts kept to some processors.
func kept(t *testing.T, _ string, _ func()) {
	t.Fatal("only Linux keeps a process to some processors")
}

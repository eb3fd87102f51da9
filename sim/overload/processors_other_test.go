//go:build !linux

package overload

import "testing"

// onProcessors would have what do starts kept to some processors.
func onProcessors(t *testing.T, processors string, do func()) {
	if processors != "" {
		t.Fatal("only Linux keeps a process to some processors")
	}
	do()
}

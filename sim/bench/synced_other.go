//go:build !linux

package bench

import "os"

// datasync is what the engines ask of the disk here, or nearly.
func datasync(f *os.File) error { return f.Sync() }

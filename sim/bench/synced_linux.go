package bench

import (
	"os"

	"golang.org/x/sys/unix"
)

// datasync is what the engines ask of the disk here.
func datasync(f *os.File) error { return unix.Fdatasync(int(f.Fd())) }

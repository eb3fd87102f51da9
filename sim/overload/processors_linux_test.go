package overload

import (
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// onProcessors has what do starts kept to some processors, or to none in particular where none are named: a
// process has those of the thread that it comes from.
func onProcessors(t *testing.T, processors string, do func()) {
	if processors == "" {
		do()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	thread := strconv.Itoa(syscall.Gettid())
	before := taskset(t, "-p", thread) // a line that ends with a mask
	taskset(t, "-c", "-p", processors, thread)
	defer taskset(t, "-p", before[strings.LastIndexByte(before, ' ')+1:], thread)
	do()
}

func taskset(t *testing.T, args ...string) string {
	said, err := exec.Command("taskset", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("taskset %v: %v: %s", args, err, said)
	}
	return strings.TrimSpace(string(said))
}

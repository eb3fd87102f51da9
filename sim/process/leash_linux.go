package process

import (
	"os/exec"
	"syscall"
)

// leash has the kernel end the server when the test ends without doing so, paused or not.
func leash(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

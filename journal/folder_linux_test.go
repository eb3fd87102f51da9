package journal

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func init() {
	datasync = func(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
}

// asNobody runs f with a stranger's rights to files: root may write everywhere. The rights are the thread's,
// which ends with its goroutine because it is never unlocked.
func asNobody(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if os.Geteuid() == 0 {
			runtime.LockOSThread()
			_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, 65534, 0, 0)
		}
		f()
	}()
	<-done
}

// A folder that cannot be written is refused in words, at once, whatever is in it.
func TestReadOnlyFolder(t *testing.T) {
	for name, files := range map[string]os.FileMode{"empty": 0, "files for reading": 0o444, "files for writing": 0o666} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if files != 0 {
				made, err := Open(t.Context(), dir, Options{})
				must(t, err)
				must(t, made.Append(t.Context(), Batch{Entries: (&chain{team: "acme"}).fill(3)}))
				must(t, made.Close())
				must(t, os.Chmod(filepath.Join(dir, databaseFile), files))
				must(t, os.Chmod(filepath.Join(dir, lockFile), files))
			}
			must(t, os.Chmod(filepath.Dir(dir), 0o755))
			must(t, os.Chmod(dir, 0o555))
			t.Cleanup(func() { must(t, os.Chmod(dir, 0o755)) })

			asNobody(func() {
				j, err := Open(t.Context(), dir, Options{})
				if err == nil {
					_ = j.Close()
				}
				if err == nil || !strings.Contains(err.Error(), dir) {
					t.Errorf("open gives %v, want a refusal that names the folder", err)
				}
				t.Log(err)
			})
		})
	}
}

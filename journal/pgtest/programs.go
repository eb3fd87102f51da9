//go:build unix

package pgtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// programs is where PostgreSQL's programs lie, and as whom they run.
type programs struct {
	bin string
	as  *syscall.Credential // nil: as ourselves
}

// find takes those on PATH, else the newest that Debian's packages have installed.
func find() (programs, error) {
	bin, err := folder("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return programs{}, err
	}
	if os.Geteuid() != 0 {
		return programs{bin: bin}, nil
	}
	as, err := nobody()
	return programs{bin, as}, err
}

func folder(packaged string) (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		path, err = filepath.EvalSymlinks(path) // its neighbours lie where it truly lies
		return filepath.Dir(path), err
	}
	found, err := filepath.Glob(packaged)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", errors.New("there is no PostgreSQL here: install it (Debian: apt-get install postgresql, or scripts/need-postgres), or name a server in " + Environment)
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })
	return filepath.Dir(newest), nil
}

// version is 15 for /usr/lib/postgresql/15/bin/initdb, 9 for 9.6, and 0 for what is no version.
func version(initdb string) int {
	name, _, _ := strings.Cut(filepath.Base(filepath.Dir(filepath.Dir(initdb))), ".")
	major, err := strconv.Atoi(name)
	if err != nil {
		return 0
	}
	return major
}

// nobody is who root becomes, since PostgreSQL refuses to run as root.
func nobody() (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL refuses to run as root, and there is no user postgres or nobody: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// command is a program that runs in home, in a process group of its own: an interrupt at the keyboard is for the
// test, which then ends it in order.
func (p programs) command(home, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), name, args...)
	cmd.Dir, cmd.Env = home, append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: p.as}
	return cmd
}

// own makes a folder the property of who runs the programs.
func (p programs) own(dir string) error {
	if p.as == nil {
		return nil
	}
	return os.Chown(dir, int(p.as.Uid), int(p.as.Gid))
}

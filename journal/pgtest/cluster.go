//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how long a cluster may take to start, crash recovery included.
const patience = 60 * time.Second

// Cluster is a PostgreSQL server process and its folder. It listens on 127.0.0.1 and on a socket, and trusts who
// connects as daypass, its superuser. Its databases do not sort in the order of bytes, as most in the world do not.
type Cluster struct {
	Dir  string // the data folder, with postgresql.conf and pg_hba.conf
	Port int    // the same over all starts

	home       string // of data folder, socket and log
	programs   programs
	settings   []string
	postmaster *exec.Cmd
	ended      chan struct{} // closed when the postmaster has ended
	leash      io.Closer     // see watch
	watchdog   *exec.Cmd
}

// Mode is how a cluster is stopped.
type Mode = syscall.Signal

// The modes of Stop.
const (
	Fast      Mode = syscall.SIGINT  // connections are cut, everything is written: a restart
	Immediate Mode = syscall.SIGQUIT // as pg_ctl stop -m immediate: the next start recovers from the log
	Kill      Mode = syscall.SIGKILL // of the postmaster alone: its backends notice by themselves
)

func launch(settings []string) (*Cluster, error) {
	p, err := find()
	if err != nil {
		return nil, err
	}
	home, err := temporary()
	if err != nil {
		return nil, err
	}
	c := &Cluster{Dir: filepath.Join(home, "data"), home: home, programs: p, settings: settings}
	if err := p.own(home); err != nil {
		return nil, err
	}
	if err := c.watch(); err != nil {
		return nil, err
	}
	if err := c.make(); err != nil {
		return nil, errors.Join(err, c.end())
	}
	return c, nil
}

// temporary is a folder whose path is short enough for that of a socket, of about 100 bytes.
func temporary() (string, error) {
	if len(os.TempDir()) > 60 {
		return os.MkdirTemp("/tmp", "daypass-pg-")
	}
	return os.MkdirTemp("", "daypass-pg-")
}

// watch starts a shell that waits until its input ends, which it does when we let go of it or end in any way, kill -9
// included. It then stops the postmaster and removes the folder.
func (c *Cluster) watch() error {
	const script = `cat; "$1/pg_ctl" stop -D "$2" -m immediate; cd /; rm -rf "$3"`
	c.watchdog = c.programs.command(c.home, "sh", "-c", script, "watchdog", c.programs.bin, c.Dir, c.home)
	leash, err := c.watchdog.StdinPipe()
	if err != nil {
		return err
	}
	c.leash = leash
	return c.watchdog.Start()
}

// end leaves nothing behind.
func (c *Cluster) end() error {
	if err := errors.Join(c.leash.Close(), c.watchdog.Wait()); err != nil {
		return fmt.Errorf("ending PostgreSQL: %w", err)
	}
	if c.postmaster != nil {
		<-c.ended
	}
	return nil
}

func (c *Cluster) make() error {
	port, err := freePort()
	if err != nil {
		return err
	}
	c.Port = port
	if err := c.initdb(); err != nil {
		return err
	}
	return c.Start()
}

// initdb takes about half a second. The folder itself need not survive a power cut; what is committed to it does.
func (c *Cluster) initdb() error {
	args := []string{"--no-sync", "--auth", "trust", "--username", "daypass", "--encoding", "UTF8", "--locale", "C", "-D", c.Dir}
	icu := c.programs.command(c.home, filepath.Join(c.programs.bin, "initdb"), append(args, "--locale-provider", "icu", "--icu-locale", "en-US")...)
	if icu.Run() == nil {
		return nil
	}
	plain := c.programs.command(c.home, filepath.Join(c.programs.bin, "initdb"), args...) // before version 15, or built without ICU
	if out, err := plain.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

// freePort is one below those that outgoing connections are given: it is still free after a stop.
func freePort() (int, error) {
	for range 100 {
		port := 20_000 + rand.IntN(12_000)
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", fmt.Sprint("127.0.0.1:", port))
		if err == nil {
			return port, l.Close()
		}
	}
	return 0, errors.New("no free port between 20000 and 32000 for PostgreSQL")
}

// Start starts a cluster that was stopped, and waits until it answers.
func (c *Cluster) Start() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		again, err := c.try(ctx)
		if !again || ctx.Err() != nil {
			return err
		}
	}
}

// try starts once. After a killed postmaster its backends can hold the shared memory for a moment: then again.
func (c *Cluster) try(ctx context.Context) (again bool, err error) {
	log, err := os.Create(filepath.Join(c.home, "log"))
	if err != nil {
		return false, err
	}
	args := []string{"-D", c.Dir, "-k", c.home, "-p", fmt.Sprint(c.Port), "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"}
	for _, s := range c.settings {
		args = append(args, "-c", s)
	}
	c.postmaster = c.programs.command(c.home, filepath.Join(c.programs.bin, "postgres"), args...)
	c.postmaster.Stderr, c.ended = log, make(chan struct{})
	if err := errors.Join(c.postmaster.Start(), log.Close()); err != nil {
		return false, err
	}
	go func(p *exec.Cmd, ended chan struct{}) {
		defer close(ended)
		_ = p.Wait() // says with which signal it was stopped
	}(c.postmaster, c.ended)
	if err := c.ready(ctx); err != nil {
		said, unread := os.ReadFile(log.Name())
		return strings.Contains(string(said), "still in use"), fmt.Errorf("starting PostgreSQL: %w\n%s", errors.Join(err, unread), said)
	}
	return false, nil
}

// ready waits until a connection is accepted.
func (c *Cluster) ready(ctx context.Context) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.SocketURL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-c.ended:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return err
		}
	}
}

// Stop stops the cluster and waits until its postmaster is gone.
func (c *Cluster) Stop(mode Mode) error {
	if err := c.postmaster.Process.Signal(mode); err != nil {
		return fmt.Errorf("stopping PostgreSQL: %w", err)
	}
	<-c.ended
	return nil
}

// URL is that of a database over TCP, by the cluster's superuser. The database postgres is always there.
func (c *Cluster) URL(database string) string {
	return fmt.Sprintf("postgres://daypass@127.0.0.1:%d/%s?sslmode=disable", c.Port, database)
}

// SocketURL is URL over the Unix socket.
func (c *Cluster) SocketURL(database string) string {
	return fmt.Sprintf("postgres://daypass@/%s?host=%s&port=%d", database, c.home, c.Port)
}

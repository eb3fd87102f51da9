package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// pgbench is PostgreSQL's own benchmark: each transaction updates one of a million accounts at random, reads it, and
// inserts a row of history.
type pgbench struct {
	program string
	schema  *schema
	env     []string
}

const (
	pgbenchClients = 32
	pgbenchScale   = 10 // a million accounts
)

// findPgbench looks on the path and where Debian's packages have it; "" where it is not.
func findPgbench() string {
	if program, err := exec.LookPath("pgbench"); err == nil {
		return program
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	slices.SortFunc(found, func(a, b string) int { return versionOf(a) - versionOf(b) })
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}

// versionOf is the number in /usr/lib/postgresql/15/bin/pgbench.
func versionOf(program string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(program))))
	return n
}

// openPgbench fills its tables in a schema of their own.
func openPgbench(ctx context.Context, p *postgres) (*pgbench, error) {
	program := findPgbench()
	s, err := p.schema(ctx)
	if err != nil {
		return nil, err
	}
	b := &pgbench{program: program, schema: s, env: pgEnv(s.address)}
	if _, err := b.run(ctx, "--initialize", "--quiet", "--scale", strconv.Itoa(p.scale)); err != nil {
		return nil, errors.Join(err, s.drop(ctx))
	}
	return b, nil
}

func (b *pgbench) turn(ctx context.Context, spell time.Duration) (pace, error) {
	seconds := int((spell+time.Second-1)/time.Second) + 1 // it counts in whole ones, and begins with connecting
	out, err := b.run(ctx, "--skip-some-updates", "--no-vacuum", "--protocol=prepared", "--client", strconv.Itoa(pgbenchClients),
		"--jobs", strconv.Itoa(min(pgbenchClients, runtime.GOMAXPROCS(0))), "--time", strconv.Itoa(seconds))
	if err != nil {
		return pace{}, err
	}
	tps, err := tpsOf(out)
	if err != nil {
		return pace{}, err
	}
	return pace{done: int(tps * float64(seconds)), took: time.Duration(seconds) * time.Second}, nil
}

// tpsLine is the line without the making of connections, in the words of old and new versions.
var tpsLine = regexp.MustCompile(`tps = ([0-9.]+) \((without initial connection time|excluding connections establishing)\)`)

func tpsOf(out string) (float64, error) {
	found := tpsLine.FindStringSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("pgbench got nothing done, as on a machine that is too busy: %s", out)
	}
	return strconv.ParseFloat(found[1], 64)
}

// run runs pgbench. The address is in its environment, where others do not see the password.
func (b *pgbench) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, b.program, args...)
	var out, bad bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = b.env, &out, &bad, 5*time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("running %s: %w: %s", b.program, err, strings.TrimSpace(bad.String()))
	}
	return out.String(), nil
}

// pgEnv says an address in the variables that programs of PostgreSQL's read.
func pgEnv(address string) []string {
	env := os.Environ()
	config, err := pgx.ParseConfig(address)
	u, bad := url.Parse(address)
	if err != nil || bad != nil {
		return env // it was read before
	}
	set := func(name, value string) {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	set("PGHOST", config.Host)
	set("PGPORT", strconv.Itoa(int(config.Port)))
	set("PGUSER", config.User)
	set("PGPASSWORD", config.Password)
	set("PGDATABASE", config.Database)
	for name := range u.Query() {
		if slices.Contains([]string{"options", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "channel_binding"}, name) {
			set("PG"+strings.ToUpper(strings.ReplaceAll(name, "_", "")), u.Query().Get(name))
		}
	}
	return env
}

// check has nothing to compare: nobody was answered.
func (b *pgbench) check(context.Context) error { return nil }

// close keeps the tables: they are filled once for all lines.
func (b *pgbench) close() error { return nil }

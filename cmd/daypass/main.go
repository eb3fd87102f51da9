// Command daypass is Daypass: the server, its checks, and a client for trying things by hand.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
)

// version is set by releases: -ldflags "-X main.version=1.2.3".
var version = ""

func main() { os.Exit(program()) }

// The exit codes.
const (
	exitFailed  = 1
	exitUsage   = 2 // the command line is wrong
	exitRefused = 3 // the answer is no: a session or job was refused
)

// program runs the command line and returns the exit code.
func program() int {
	root := newRoot()
	err := dress(root)
	if err == nil {
		root.SetArgs(os.Args[1:])
		err = root.ExecuteContext(context.Background())
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errRefused):
		return exitRefused
	}
	_, _ = fmt.Fprintln(root.ErrOrStderr(), "daypass: "+oneLine(sentence(err)))
	if usage(err) {
		return exitUsage
	}
	return exitFailed
}

// dress gives the help pages their looks. That fang does only while it runs a command, so it runs one that
// does nothing: were it to run those that can fail, it would ask the terminal for its colours before each
// error, and some terminals leave that unanswered for seconds.
func dress(root *cobra.Command) error {
	nothing := &cobra.Command{Use: "nothing", Hidden: true, Run: func(*cobra.Command, []string) {}}
	root.AddCommand(nothing)
	defer root.RemoveCommand(nothing)
	root.SetArgs([]string{nothing.Name()})
	return fang.Execute(context.Background(), root, fang.WithVersion(release()))
}

func newRoot() *cobra.Command {
	root := group(&cobra.Command{
		Use:   "daypass",
		Short: "Daypass sells software by the day: named users, seats, and prepaid tokens.",
		Long: `Daypass sells software by the day: named users open products; a seat covers those who use one often, prepaid tokens cover the rest.

Run a server with serve, then try it with the other commands. They ask the server at DAYPASS_SERVER, with the credential in DAYPASS_KEY, about the team in DAYPASS_TEAM; --server, --key and --team say otherwise.`,
		Example: `# a firm's year, to look at and to try things with
daypass demo

# a server to try things with, whose clock moves only when told
daypass serve --data ./try --clock virtual --now 2026-01-05T08:00:00Z

# in another terminal: who may use it, and what is left
export DAYPASS_KEY=the-credential-it-printed DAYPASS_TEAM=acme
daypass open autocad --user ben --version 2026
daypass balance`,
	}, commands()...)
	root.AddGroup(&cobra.Group{ID: groupServer, Title: "server"},
		&cobra.Group{ID: groupOperator, Title: "for the operator"},
		&cobra.Group{ID: groupTeam, Title: "for admins of a team"},
		&cobra.Group{ID: groupProduct, Title: "for products"})
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return &usageError{cmd.CommandPath(), err.Error()} })
	return root
}

// The groups of the help page.
const (
	groupServer   = "server"
	groupOperator = "operator"
	groupTeam     = "team"
	groupProduct  = "product"
)

// commands are all commands, in the order of the help page.
func commands() []*cobra.Command {
	return []*cobra.Command{
		demoCommand(), serveCommand(), healthCommand(), verifyCommand(), copyCommand(), backupCommand(), restoreCommand(),
		benchCommand(), benchWorkerCommand(),
		clockCommand(), catalogCommand(), teamCommand(), packCommand(), seatsCommand(), planCommand(), keyCommand(),
		userCommand(), groupCommand(), assignCommand(), unassignCommand(), accessCommand(), trialCommand(), flexCommand(),
		requestCommand(), limitCommand(), balanceCommand(), ledgerCommand(),
		openCommand(), renewCommand(), closeCommand(), jobCommand(),
	}
}

func release() string {
	if version != "" {
		return version
	}
	return "development"
}

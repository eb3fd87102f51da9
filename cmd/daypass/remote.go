package main

import (
	"bytes"
	"cmp"
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/client"
)

// remote is what a command needs to ask a server: where it is, who asks, and about which team.
type remote struct {
	*client.Client
	screen
	team string
	json bool
	last []byte // the server's last answer
	cmd  *cobra.Command
}

// asks gives a command the flags of all that ask a server.
func asks(c *cobra.Command) *cobra.Command {
	c.Flags().String("server", "", "address of the server (default $DAYPASS_SERVER, or http://127.0.0.1:8080)")
	c.Flags().String("key", "", "credential (default $DAYPASS_KEY, or $DAYPASS_OPERATOR_KEY)")
	c.Flags().Bool("json", false, "print the server's answer, for programs")
	return c
}

// asksTeam is asks for commands about one team.
func asksTeam(c *cobra.Command) *cobra.Command {
	asks(c)
	c.Flags().String("team", "", "id of the team (default $DAYPASS_TEAM)")
	complete(c, "team", teamIDs)
	return c
}

// setting is a flag, or else the first of some variables of the environment.
func setting(cmd *cobra.Command, flag string, variables ...string) string {
	if f := cmd.Flags().Lookup(flag); f != nil && f.Value.String() != "" {
		return f.Value.String()
	}
	for _, name := range variables {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// serverAddress is where the server is that a command asks.
func serverAddress(cmd *cobra.Command) string {
	return cmp.Or(setting(cmd, "server", "DAYPASS_SERVER"), "http://127.0.0.1:8080")
}

// credential is who asks. Where the server runs, the operator's is at hand as the server has it.
func credential(cmd *cobra.Command) (string, error) {
	if key := setting(cmd, "key", "DAYPASS_KEY"); key != "" {
		return key, nil
	}
	return secret("DAYPASS_OPERATOR_KEY")
}

// ask makes a command's run function of one that asks a server.
func ask(run func(context.Context, *remote, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		r, err := newRemote(cmd)
		if err != nil {
			return err
		}
		if r.team == "" && cmd.Flags().Lookup("team") != nil {
			return wrong(cmd, "which team? Give --team, or set DAYPASS_TEAM")
		}
		return run(cmd.Context(), r, args)
	}
}

func newRemote(cmd *cobra.Command) (*remote, error) {
	r := &remote{screen: screenOf(cmd), team: setting(cmd, "team", "DAYPASS_TEAM"), cmd: cmd}
	r.json, _ = cmd.Flags().GetBool("json")
	key, err := credential(cmd)
	if err != nil {
		return nil, err
	}
	options := client.Options{Server: serverAddress(cmd), Key: key, Answer: func(body []byte) { r.last = body }}
	if r.Client, err = client.New(options); err != nil {
		return nil, wrong(cmd, "%v", err)
	}
	return r, nil
}

// tell prints an answer: as sentences for people, or as it came for programs.
func (r *remote) tell(print func()) error {
	if !r.json {
		print()
		return nil
	}
	if len(r.last) > 0 { // not every answer has a body
		r.say("%s", bytes.TrimSpace(r.last))
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

// errRefused ends a command whose answer was printed and is no.
var errRefused = errors.New("refused")

// usageError is a command line that is wrong.
type usageError struct{ command, message string }

func (e *usageError) Error() string {
	return fmt.Sprintf("%s (%s --help tells more)", e.message, e.command)
}

func wrong(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{cmd.CommandPath(), fmt.Sprintf(format, args...)}
}

func usage(err error) bool {
	var u *usageError
	return errors.As(err, &u)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// sentence says an error in the words of whoever typed the command.
func sentence(err error) string {
	var problem *api.Problem
	var unreachable *client.Unreachable
	switch {
	case errors.As(err, &problem):
		return problemSentence(problem)
	case errors.As(err, &unreachable):
		return fmt.Sprintf("no answer from %s (%v): is the server running there? Start it with daypass serve, or say where it is with --server",
			unreachable.Server, innermost(unreachable.Cause))
	case errors.Is(err, context.Canceled):
		return "interrupted"
	}
	return err.Error()
}

func innermost(err error) error {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err
}

// remedies say what to do about a problem, where the server's words do not.
var remedies = map[api.Code]string{
	api.CodeCredentialMissing: "the server wants a credential: give one with --key or in DAYPASS_KEY",
	api.CodeCredentialInvalid: "the server does not know this credential: it is mistyped, expired or revoked. Give another with --key or in DAYPASS_KEY",
	api.CodeForbidden:         "the credential does not allow this: use the operator's, or a key of the team with another role",
	api.CodeClockReal:         "this server runs on the real clock, which cannot be moved: start one with daypass serve --clock virtual",
}

func problemSentence(p *api.Problem) string {
	told := p.Code == api.CodeForbidden && p.Detail != ""
	if remedy, ok := remedies[p.Code]; ok && !told {
		return remedy
	}
	s := strings.TrimSuffix(p.Title, ".")
	if p.Detail != "" {
		s = strings.TrimSuffix(p.Detail, ".")
	}
	for i, e := range p.Errors {
		s += map[bool]string{true: ": ", false: "; "}[i == 0] + strings.TrimSpace(fieldName(e.Path)+" "+e.Message)
	}
	return fmt.Sprintf("%s (%s)", s, p.Code)
}

// fieldName turns a pointer into a body into the name of a field: /rates/0/from is rates.0.from.
func fieldName(path string) string {
	return strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", ".")
}

// subcommand refuses an argument where the name of a command should stand.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	message := fmt.Sprintf("there is no command %q", strings.TrimSpace(cmd.CommandPath()+" "+args[0]))
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		message += fmt.Sprintf(": did you mean %s?", near[0])
	}
	return &usageError{cmd.CommandPath(), message}
}

// group is a command that only holds others.
func group(c *cobra.Command, subs ...*cobra.Command) *cobra.Command {
	c.Args = subcommand
	c.SuggestionsMinimumDistance = 2
	c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	c.AddCommand(subs...)
	return c
}

// arguments checks the number of arguments and names the first that is missing.
func arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return wrong(cmd, "%s is missing", names[len(args)])
		}
		if len(args) > len(names) {
			return wrong(cmd, "%q is one argument too many", args[len(names)])
		}
		return nil
	}
}

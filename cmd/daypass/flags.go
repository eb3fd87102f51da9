package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

// required says that flags have to be given.
func required(c *cobra.Command, flags ...string) *cobra.Command {
	for _, name := range flags {
		must(c.MarkFlagRequired(name))
	}
	check := c.Args
	c.Args = func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return err
		}
		var missing []string
		for _, name := range flags {
			if !cmd.Flags().Changed(name) {
				missing = append(missing, "--"+name)
			}
		}
		if len(missing) > 0 {
			return wrong(cmd, "%s must be given", strings.Join(missing, " and "))
		}
		return nil
	}
	return c
}

// paged adds the flags of a list.
func paged(c *cobra.Command, page *client.Page) *cobra.Command {
	c.Flags().IntVar(&page.Limit, "limit", api.DefaultLimit, "how many at most, up to 1000")
	c.Flags().StringVar(&page.Cursor, "cursor", "", "go on where a list ended")
	return c
}

// list prints a page of a list.
func (r *remote) list(empty string, columns []column, rows [][]string, next *string) {
	if len(rows) == 0 {
		r.say("%s", empty)
		return
	}
	r.table(columns, rows)
	if next != nil {
		r.say("\nThere are more: add --cursor %s", *next)
	}
}

// instantFlag is a flag that is an instant or a date.
func instantFlag(f *pflag.FlagSet, target **api.Instant, name, usage string) {
	f.Func(name, usage, func(s string) error {
		i, err := api.ParseInstant(s)
		if err != nil {
			return fmt.Errorf("it %w", err)
		}
		*target = &i
		return nil
	})
}

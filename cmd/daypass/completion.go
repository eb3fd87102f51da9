package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

// patience is how long a shell waits for words from the server.
const patience = 2 * time.Second

// words asks the server for what could stand at a place of the command line, each perhaps with a tab and a
// description.
type words func(context.Context, *remote) []string

// completed makes cobra's completion of words. When the server does not answer there are none.
func completed(list words) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, start string) ([]string, cobra.ShellCompDirective) {
		r, err := newRemote(cmd)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		unfit := func(word string) bool { return !strings.HasPrefix(word, start) }
		return slices.DeleteFunc(list(ctx, r), unfit), cobra.ShellCompDirectiveNoFileComp
	}
}

// complete completes a flag.
func complete(c *cobra.Command, flag string, list words) {
	must(c.RegisterFlagCompletionFunc(flag, completed(list)))
}

// fixed completes a flag with some words.
func fixed(c *cobra.Command, flag string, list ...string) {
	must(c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)))
}

// must is for what is wrong with the program itself.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// positions completes the arguments, each from its own list; nil completes nothing.
func positions(c *cobra.Command, lists ...words) *cobra.Command {
	c.ValidArgsFunction = func(cmd *cobra.Command, args []string, start string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= len(lists) || lists[len(args)] == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completed(lists[len(args)])(cmd, args, start)
	}
	return c
}

func teamIDs(ctx context.Context, r *remote) (list []string) {
	teams, _ := r.Teams(ctx, client.Page{Limit: api.MaxLimit})
	for _, t := range teams.Items {
		list = append(list, t.ID+"\t"+t.Name)
	}
	return list
}

func userIDs(ctx context.Context, r *remote) (list []string) {
	users, _ := r.Users(ctx, r.team, client.Page{Limit: api.MaxLimit})
	for _, u := range users.Items {
		list = append(list, u.ID+"\t"+u.Name)
	}
	return list
}

// products completes with the codes of some kinds.
func products(kinds ...api.ProductKind) words {
	return func(ctx context.Context, r *remote) (list []string) {
		catalog, _ := r.Catalog(ctx)
		for _, p := range catalog.Products {
			for _, kind := range kinds {
				if p.Kind == kind && !p.Retired {
					list = append(list, p.Code+"\t"+p.Name)
				}
			}
		}
		return list
	}
}

var (
	openable = products(api.Daily, api.Free)
	metered  = products(api.Metered)
)

// sold are the codes that a seat can be of.
func sold(ctx context.Context, r *remote) (list []string) {
	catalog, _ := r.Catalog(ctx)
	for _, c := range catalog.Collections {
		list = append(list, c.Code+"\t"+c.Name)
	}
	for _, p := range catalog.Products {
		list = append(list, p.Code+"\t"+p.Name)
	}
	return list
}

// assignable are the codes that a user can be assigned to.
func assignable(ctx context.Context, r *remote) []string {
	return append([]string{api.WhatFlex + "\ttokens open products"}, sold(ctx, r)...)
}

package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func groupCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "group", Short: "Give the same things to many users", GroupID: groupTeam,
		Example: "daypass group add designers --name Designers",
	}, groupAdd(), groupList(), groupShow(), groupRename(), groupRemove(), groupJoin(), groupLeave(), groupAssign(), groupUnassign())
}

func groupAdd() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:     "add GROUP",
		Short:   "Make a group",
		Example: "daypass group add designers --name Designers",
		Args:    arguments("the id of the group"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			g, err := r.MakeGroup(ctx, r.team, api.GroupRequest{ID: args[0], Name: name})
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s has the group %s.", r.team, r.paint(good, g.ID))
				r.facts(fact{"next", fmt.Sprintf("daypass group join %s USER...", g.ID)})
			})
		}),
	}
	c.Flags().StringVar(&name, "name", "", "name of the group, for people")
	return required(asksTeam(c), "name")
}

func groupList() *cobra.Command {
	var page client.Page
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the groups and what they give",
		Example: "daypass group list",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			groups, err := r.Groups(ctx, r.team, page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				rows := [][]string{}
				for _, g := range groups.Items {
					rows = append(rows, []string{g.ID, g.Name, fmt.Sprint(g.Members), list(gifts(g), "-")})
				}
				r.list("The team has no groups.", []column{text("group"), text("name"), figures("members"), text("gives")}, rows, groups.Next)
			})
		}),
	}
	return paged(asksTeam(c), &page)
}

// gifts are the words for what a group gives.
func gifts(g api.Group) (words []string) {
	for _, gift := range g.Gives {
		word := gift.What
		if gift.Kind == api.MultiUser {
			word += " (floating)"
		}
		words = append(words, word)
	}
	return words
}

func groupShow() *cobra.Command {
	var page client.Page
	c := &cobra.Command{
		Use:     "show GROUP",
		Short:   "Show what a group gives, and to whom",
		Example: "daypass group show designers",
		Args:    arguments("the group"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			g, err := r.Group(ctx, r.team, args[0])
			if err != nil {
				return err
			}
			members, err := r.Members(ctx, r.team, args[0], page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s gives %s to %s.", r.paint(good, g.Name), list(gifts(g), "nothing"), count(g.Members, "user", "users"))
				rows := [][]string{}
				for _, u := range members.Items {
					rows = append(rows, []string{u.ID, u.Name, u.Email})
				}
				if len(rows) > 0 {
					r.list("", []column{text("user"), text("name"), text("email")}, rows, members.Next)
				}
			})
		}),
	}
	return positions(paged(asksTeam(c), &page), groupIDs)
}

func groupRename() *cobra.Command {
	c := &cobra.Command{
		Use:     "rename GROUP NAME",
		Short:   "Give a group another name",
		Example: "daypass group rename designers 'Design and drafting'",
		Args:    arguments("the group", "the name"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			g, err := r.ChangeGroup(ctx, r.team, args[0], api.GroupChange{Name: args[1]})
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("The group %s is called %s.", g.ID, r.paint(good, g.Name)) })
		}),
	}
	return positions(asksTeam(c), groupIDs)
}

func groupRemove() *cobra.Command {
	c := &cobra.Command{
		Use:     "remove GROUP",
		Short:   "Remove a group, and what only it gave",
		Example: "daypass group remove designers",
		Args:    arguments("the group"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			if _, err := r.RemoveGroup(ctx, r.team, args[0]); err != nil {
				return err
			}
			return r.tell(func() {
				r.say("The group %s is gone: seats that only it gave are free, its users stay in the team.", args[0])
			})
		}),
	}
	return positions(asksTeam(c), groupIDs)
}

func groupIDs(ctx context.Context, r *remote) (list []string) {
	groups, _ := r.Groups(ctx, r.team, client.Page{Limit: api.MaxLimit})
	for _, g := range groups.Items {
		list = append(list, g.ID+"\t"+g.Name)
	}
	return list
}

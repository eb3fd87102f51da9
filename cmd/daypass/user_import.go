package main

import (
	"fmt"
	"strings"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

// imported tells what an import did, or would do: a plan as a table, and the mistakes.
func (r *remote) imported(a api.ImportAnswer, how client.Import) error {
	err := r.tell(func() {
		if len(a.Errors) == 0 || len(a.People) > 0 {
			r.importPlan(a, how)
		}
		if len(a.Errors) > 0 && len(a.People) > 0 {
			r.say("")
		}
		if len(a.Errors) > 0 {
			r.mistakes(a.Errors)
		}
		if len(a.IgnoredColumns) > 0 {
			r.say("Columns that were ignored: %s.", strings.Join(a.IgnoredColumns, ", "))
		}
		if a.Encoding != "" && a.Encoding != "utf-8" {
			r.say("The file was read as %s.", a.Encoding)
		}
	})
	if err != nil || len(a.Errors) == 0 {
		return err
	}
	if how.DryRun {
		return fmt.Errorf("%s to be mended first: nobody would be added", count(len(a.Errors), "mistake is", "mistakes are"))
	}
	return fmt.Errorf("%s wrong: nobody was added", count(len(a.Errors), "cell is", "cells are"))
}

func (r *remote) mistakes(errors []api.RowError) {
	rows := make([][]string, len(errors))
	for i, e := range errors {
		rows[i] = []string{fmt.Sprint(e.Row), e.Column, e.Message}
	}
	r.table([]column{figures("row"), text("column"), text("what is wrong")}, rows)
}

// importPlan lists who is concerned, and sums up. Of what was done only what is new is listed.
func (r *remote) importPlan(a api.ImportAnswer, how client.Import) {
	columns := []column{figures("row"), text("name"), text("email"), text("user"), text("in the team")}
	if how.Assign != "" {
		columns = append(columns, text(how.Assign))
	}
	var rows [][]string
	for _, p := range a.People {
		if how.DryRun || p.Assigned || p.Action == api.ImportAdded {
			rows = append(rows, planned(p, how))
		}
	}
	if len(rows) > 0 {
		r.table(columns, rows)
		r.say("")
	}
	done, invited := "added", "%s on the way."
	if how.DryRun {
		done, invited = "would be added", "%s would be sent."
	}
	r.say("%s %s, %s in the team already, %s.", count(a.Added, "user", "users"), done,
		count(a.Existing, "is", "are"), count(a.Assigned, "new assignment", "new assignments"))
	if a.Added > 0 {
		r.say(invited, count(a.Added, "invitation", "invitations"))
	}
}

func planned(p api.ImportedPerson, how client.Import) []string {
	there, given := "already", "has it already"
	if p.Action == api.ImportAdded {
		there = "new"
	}
	switch {
	case p.Assigned:
		given = "new"
	case p.Seatless:
		given = "no seat left"
	}
	id := p.User
	if id == "" {
		id = "-"
	}
	row := []string{fmt.Sprint(p.Row), p.Name, p.Email, id, there}
	if how.Assign != "" {
		row = append(row, given)
	}
	return row
}

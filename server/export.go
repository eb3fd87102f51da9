package server

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/people"
)

// exportHeading names the columns of an export. They are added to at the end, and never renamed. Name and Email are what
// an import reads.
var exportHeading = []string{"Name", "Email", "User", "Role", "State", "Flex", "Assigned", "Invitation"}

// exportUsers writes all users as a table. What people chose is written as they typed it, and defused.
func (s *Server) exportUsers(c *call) error {
	var users []api.User
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		users = make([]api.User, 0, len(v.Team.Users))
		for _, u := range v.Team.Users {
			users = append(users, userOf(v, u))
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(users, func(a, b api.User) int { return strings.Compare(a.ID, b.ID) })
	if err := s.addInvitations(c, users); err != nil {
		return err
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(exportHeading) // a builder takes everything
	for i := range users {
		_ = w.Write(exportRow(&users[i]))
	}
	w.Flush()
	c.w.Header().Set("Content-Disposition", `attachment; filename="users.csv"`)
	c.w.Header().Set("Daypass-Position", strconv.FormatInt(pos, 10))
	write(c.w, c.status, csvType, []byte(b.String()))
	return nil
}

var csvType = []string{"text/csv; charset=utf-8"}

func exportRow(u *api.User) []string {
	var assigned []string
	for _, a := range u.Assignments {
		assigned = append(assigned, a.What)
	}
	state, flex, invitation := "active", "no", ""
	if !u.Active {
		state = "removed"
	}
	if u.Flex {
		flex = "yes"
	}
	if u.Invitation != nil {
		invitation = string(u.Invitation.State)
	}
	return []string{people.Defuse(u.Name), people.Defuse(u.Email), people.Defuse(u.ID), string(u.Role), state, flex,
		people.Defuse(strings.Join(assigned, " ")), invitation}
}

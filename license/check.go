package license

import (
	"fmt"
	"slices"
)

// checkPeople compares the seats and the groups with the users.
func (t *Team) checkPeople() error {
	for what, p := range t.Pools {
		seen := map[string]bool{}
		for _, id := range p.Single {
			u := t.Users[id]
			if seen[id] || u == nil || u.assignment(what) == nil || u.assignment(what).Kind != SingleUser {
				return fmt.Errorf("the seats of %s list %s twice or wrongly", what, id)
			}
			seen[id] = true
		}
	}
	seats := 0
	for _, u := range t.Users {
		n, err := t.checkUser(u)
		if err != nil {
			return err
		}
		seats += n
	}
	for _, p := range t.Pools {
		seats -= len(p.Single)
	}
	if seats != 0 {
		return fmt.Errorf("the users have %d more single-user seats than are listed", seats)
	}
	for _, g := range t.Groups {
		if err := t.checkGroup(g); err != nil {
			return err
		}
	}
	return nil
}

// checkUser counts the user's single-user seats, and looks whether all that groups give is given by groups.
func (t *Team) checkUser(u *User) (single int, err error) {
	for _, id := range u.Groups {
		g := t.Groups[id]
		if g == nil {
			return 0, fmt.Errorf("user %s is in the group %s, which is none", u.ID, id)
		}
		if _, in := slices.BinarySearch(g.Members, u.ID); !in {
			return 0, fmt.Errorf("user %s is in the group %s, which does not know", u.ID, id)
		}
	}
	for _, a := range u.Assigned {
		if a.Kind == SingleUser {
			single++
		}
		if err := t.checkSources(u, a.What, a.Sources); err != nil {
			return 0, err
		}
	}
	if !u.Flex {
		return single, nil
	}
	return single, t.checkSources(u, FlexCode, u.FlexFrom)
}

// checkSources is R8.8: somebody gives what a user has, and only a user of the team has anything.
func (t *Team) checkSources(u *User, what string, from Sources) error {
	if !u.Active || (from.OnlyGroups && len(from.Groups) == 0) {
		return fmt.Errorf("nobody gives %s to user %s (R8.8)", what, u.ID)
	}
	for _, id := range from.Groups {
		g := t.Groups[id]
		if g == nil || g.gift(what) == nil || !slices.Contains(u.Groups, id) {
			return fmt.Errorf("the group %s does not give %s to user %s (R8.8)", id, what, u.ID)
		}
	}
	return nil
}

// checkGroup looks whether each member knows the group and has what it gives.
func (t *Team) checkGroup(g *Group) error {
	for i, id := range g.Members {
		u := t.Users[id]
		if u == nil || !u.Active || !slices.Contains(u.Groups, g.ID) || (i > 0 && g.Members[i-1] >= id) {
			return fmt.Errorf("the group %s lists user %s wrongly", g.ID, id)
		}
		for _, gift := range g.Gives {
			if from := u.source(gift.What); from == nil || !slices.Contains(from.Groups, g.ID) {
				return fmt.Errorf("user %s has not what the group %s gives: %s (R8.8)", id, g.ID, gift.What)
			}
		}
	}
	return nil
}

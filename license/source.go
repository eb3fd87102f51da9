package license

import (
	"fmt"
	"slices"
)

// Sources says where a user has something from: directly, from groups, or both. Whoever gave it can take away only
// that (R8.8). The zero value is directly, as all was before there were groups.
type Sources struct {
	Groups     []string `json:"groups,omitempty"` // ids, sorted
	OnlyGroups bool     `json:"only_groups,omitempty"`
}

// Direct reports whether the user has it without any group.
func (s Sources) Direct() bool { return !s.OnlyGroups }

// source returns where u has what from, or nil if u has it not.
func (u *User) source(what string) *Sources {
	if what == FlexCode {
		if !u.Flex {
			return nil
		}
		return &u.FlexFrom
	}
	if a := u.assignment(what); a != nil {
		return &a.Sources
	}
	return nil
}

// give lets u have what from a group, or directly when group is empty. Kind is for whoever has it not yet.
func (t *Team) give(u *User, what string, kind SeatKind, group string) error {
	s := u.source(what)
	if s == nil {
		first := Sources{OnlyGroups: group != ""}
		if group != "" {
			first.Groups = []string{group}
		}
		t.seat(u, what, kind, first)
		return nil
	}
	if group == "" {
		if s.Direct() && what != FlexCode {
			return fmt.Errorf("%q is assigned to %q already", what, u.ID)
		}
		s.OnlyGroups = false
		return nil
	}
	i, there := slices.BinarySearch(s.Groups, group)
	if there {
		return fmt.Errorf("the group %q gives %q to %q already", group, what, u.ID)
	}
	s.Groups = slices.Insert(s.Groups, i, group)
	return nil
}

// seat notes something that u did not have.
func (t *Team) seat(u *User, what string, kind SeatKind, from Sources) {
	if what == FlexCode {
		u.Flex, u.FlexFrom = true, from
		return
	}
	u.Assigned = append(u.Assigned, Assignment{What: what, Kind: kind, Sources: from})
	if kind == SingleUser {
		p := t.pool(what)
		p.Single = append(p.Single, u.ID)
		if p.ranks != nil {
			p.ranks[u.ID] = len(p.Single) - 1
		}
	}
}

// takeBack takes from users what one group gave them, or what they have directly when group is empty. Seats that
// nobody else gave become free.
func (t *Team) takeBack(users []*User, what, group string) {
	gone := map[string]bool{}
	for _, u := range users {
		s := u.source(what)
		switch {
		case s == nil:
			continue
		case group == "":
			s.OnlyGroups = true
		default:
			s.Groups = without(s.Groups, group)
		}
		if s.OnlyGroups && len(s.Groups) == 0 {
			gone[u.ID] = true
			u.drop(what)
		}
	}
	if p := t.Pools[what]; p != nil && len(gone) > 0 {
		p.ranks = nil
		p.Single = slices.DeleteFunc(p.Single, func(id string) bool { return gone[id] })
	}
}

// drop forgets what u had.
func (u *User) drop(what string) {
	if what == FlexCode {
		u.Flex, u.FlexFrom = false, Sources{}
		return
	}
	u.Assigned = slices.DeleteFunc(u.Assigned, func(a Assignment) bool { return a.What == what })
}

// seating finds seats of a gift for those of users who have none: single-user ones as long as there are any, then
// floating ones, or of the kind that is asked for. Too few is an error that says how many are missing.
func (t *Team) seating(now Instant, gift Gift, users []string) (Seating, error) {
	s := Seating{What: gift.What}
	if gift.What == FlexCode {
		return s, nil
	}
	missing, seats := 0, t.freeSeats(now, gift.What, gift.Kind)
	for _, id := range users {
		if t.Users[id].assignment(gift.What) != nil {
			continue
		}
		switch seats.take() {
		case SingleUser:
			s.Single = append(s.Single, id)
		case MultiUser:
			s.Floating = append(s.Floating, id)
		default:
			missing++
		}
	}
	return s, seats.short(gift.What, missing)
}

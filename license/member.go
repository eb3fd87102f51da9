package license

import (
	"fmt"
	"slices"
)

// MembersAdded puts users into a group and gives them what it gives.
type MembersAdded struct {
	Group string   `json:"group"`
	Users []string `json:"users"`
	// Seats are those that the new members get; there is none for Flex, nor for what everyone has already.
	Seats []Seating `json:"seating,omitempty"`
}

// Kind implements Body.
func (*MembersAdded) Kind() string { return "members_added" }

func (b *MembersAdded) apply(t *Team, _ *Entry) error {
	g, err := t.group(b.Group)
	if err != nil {
		return err
	}
	users := make([]*User, len(b.Users))
	for i, id := range b.Users {
		if users[i], err = t.member(id); err != nil {
			return err
		}
		at, there := slices.BinarySearch(users[i].Groups, g.ID)
		if there {
			return fmt.Errorf("user %q is in the group %q already", id, g.ID)
		}
		users[i].Groups = slices.Insert(users[i].Groups, at, g.ID)
	}
	t.members += len(b.Users)
	g.Members = append(g.Members, b.Users...)
	slices.Sort(g.Members)
	for _, gift := range g.Gives {
		i := slices.IndexFunc(b.Seats, func(s Seating) bool { return s.What == gift.What })
		seats := Seating{What: gift.What}
		if i >= 0 {
			seats = b.Seats[i]
		}
		if err := t.lend(g, users, seats); err != nil {
			return err
		}
	}
	return nil
}

// AddMembers puts users into a group, all or none, and returns those who were not in it. Each gets what the group
// gives; too few seats for that are an error that says how many are missing. A repeated request key gives the first
// answer.
func (t *Team) AddMembers(now Instant, c Caller, group string, users []string) ([]string, Effect, error) {
	var added []string
	if again, err := t.repeated(now, c, &added); again || err != nil {
		return added, Effect{}, err
	}
	g, err := t.group(group)
	if err != nil {
		return nil, Effect{}, err
	}
	added = []string{}
	joining := map[string]bool{}
	for _, id := range users {
		u, err := t.member(id)
		if err != nil {
			return nil, Effect{}, err
		}
		if _, in := slices.BinarySearch(u.Groups, g.ID); !in && !joining[id] {
			joining[id] = true
			added = append(added, id)
		}
	}
	if len(added) == 0 {
		return added, Effect{}, nil
	}
	body := &MembersAdded{Group: g.ID, Users: added}
	for _, gift := range g.Gives {
		seats, err := t.seating(now, gift, added)
		if err != nil {
			return nil, Effect{}, err
		}
		if len(seats.Single)+len(seats.Floating) > 0 {
			body.Seats = append(body.Seats, seats)
		}
	}
	effect, err := t.record(now, c, added, t.at(now).due, body)
	return added, effect, err
}

// MembersLeft takes users out of a group, and from them what only it gave (R8.8).
type MembersLeft struct {
	Group string   `json:"group"`
	Users []string `json:"users"`
}

// Kind implements Body.
func (*MembersLeft) Kind() string { return "members_left" }

func (b *MembersLeft) apply(t *Team, _ *Entry) error {
	g, err := t.group(b.Group)
	if err != nil {
		return err
	}
	for _, id := range b.Users {
		if _, in := slices.BinarySearch(g.Members, id); !in {
			return fmt.Errorf("user %q is not in the group %q", id, g.ID)
		}
	}
	t.leave(g, b.Users)
	return nil
}

// leave takes users out of a group.
func (t *Team) leave(g *Group, ids []string) {
	leaving := make(map[string]bool, len(ids))
	users := make([]*User, len(ids))
	for i, id := range ids {
		leaving[id] = true
		users[i] = t.Users[id]
		users[i].Groups = without(users[i].Groups, g.ID)
	}
	t.members -= len(ids)
	g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return leaving[id] })
	for _, gift := range g.Gives {
		t.takeBack(users, gift.What, g.ID)
	}
}

// without returns a sorted list without one of its words, nil when nothing is left.
func without(list []string, word string) []string {
	i, there := slices.BinarySearch(list, word)
	if !there {
		return list
	}
	if list = slices.Delete(list, i, i+1); len(list) == 0 {
		return nil
	}
	return list
}

// RemoveMembers takes users out of a group; who is not in it stays so.
func (t *Team) RemoveMembers(now Instant, c Caller, group string, users []string) (Effect, error) {
	g, err := t.group(group)
	if err != nil {
		return Effect{}, err
	}
	leaving := map[string]bool{}
	for _, id := range users {
		if _, err := t.member(id); err != nil {
			return Effect{}, err
		}
		_, in := slices.BinarySearch(g.Members, id)
		leaving[id] = in
	}
	ids := slices.DeleteFunc(slices.Clone(g.Members), func(id string) bool { return !leaving[id] })
	if len(ids) == 0 {
		return Effect{}, nil
	}
	return t.change(now, c, &MembersLeft{g.ID, ids})
}

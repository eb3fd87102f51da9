package license

import (
	"fmt"
	"slices"
)

// Group is users who are given the same things together (R8.8).
type Group struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Members []string `json:"members,omitempty"` // ids of users, sorted
	// Gives lists what every member has through the group, in the order in which it was given.
	Gives []Gift `json:"gives,omitempty"`
}

// Gift is what a group gives to each of its members: a product, a collection or Flex.
type Gift struct {
	What string `json:"what"`
	// Kind is the kind of seat that was asked for; empty takes single-user seats as long as there are any, then
	// floating ones, and stands for Flex.
	Kind SeatKind `json:"kind,omitempty"`
}

// Seating is the seats that users get of one thing, in the order in which they are assigned. Who has it already is
// not in it.
type Seating struct {
	What     string   `json:"what"`
	Single   []string `json:"single,omitempty"`
	Floating []string `json:"floating,omitempty"`
}

// kinds returns the kind of seat by user.
func (s Seating) kinds() map[string]SeatKind {
	kinds := make(map[string]SeatKind, len(s.Single)+len(s.Floating))
	for _, u := range s.Single {
		kinds[u] = SingleUser
	}
	for _, u := range s.Floating {
		kinds[u] = MultiUser
	}
	return kinds
}

// group returns a group of the team.
func (t *Team) group(id string) (*Group, error) {
	g := t.Groups[id]
	if g == nil {
		return nil, fail(ErrGroupUnknown, "there is no group %q in the team", id)
	}
	return g, nil
}

// gift returns what the group gives under this code, or nil.
func (g *Group) gift(what string) *Gift {
	for i := range g.Gives {
		if g.Gives[i].What == what {
			return &g.Gives[i]
		}
	}
	return nil
}

// GroupMade makes a group without members that gives nothing.
type GroupMade struct {
	Group string `json:"group"`
	Name  string `json:"name"`
}

// Kind implements Body.
func (*GroupMade) Kind() string { return "group_made" }

func (b *GroupMade) apply(t *Team, _ *Entry) error {
	if b.Group == "" || t.Groups[b.Group] != nil {
		return fmt.Errorf("the group %q is there already", b.Group)
	}
	t.Groups[b.Group] = &Group{ID: b.Group, Name: b.Name}
	return nil
}

// MakeGroup makes a group; the same again changes nothing.
func (t *Team) MakeGroup(now Instant, c Caller, b GroupMade) (Effect, error) {
	old := t.Groups[b.Group]
	switch {
	case old != nil && old.Name != b.Name:
		return Effect{}, fail(ErrConflict, "the group %q has another name", b.Group)
	case old != nil:
		return Effect{}, nil
	case len(t.Groups) >= MaxGroups:
		return Effect{}, fail(ErrInvalid, "a team has at most %d groups", MaxGroups)
	}
	return t.change(now, c, &b)
}

// MaxGroups is how many groups a team can have: what they give is gone through for each user.
const MaxGroups = 10_000

// GroupChanged gives a group another name.
type GroupChanged struct {
	Group string `json:"group"`
	Name  string `json:"name"`
}

// Kind implements Body.
func (*GroupChanged) Kind() string { return "group_changed" }

func (b *GroupChanged) apply(t *Team, _ *Entry) error {
	g, err := t.group(b.Group)
	if err != nil {
		return err
	}
	g.Name = b.Name
	return nil
}

// ChangeGroup gives a group another name; members and what they are given stay.
func (t *Team) ChangeGroup(now Instant, c Caller, b GroupChanged) (Effect, error) {
	g, err := t.group(b.Group)
	if err != nil || g.Name == b.Name {
		return Effect{}, err
	}
	return t.change(now, c, &b)
}

// GroupRemoved ends a group: what only it gave, nobody has any more (R8.8).
type GroupRemoved struct {
	Group string `json:"group"`
}

// Kind implements Body.
func (*GroupRemoved) Kind() string { return "group_removed" }

func (b *GroupRemoved) apply(t *Team, _ *Entry) error {
	g, err := t.group(b.Group)
	if err != nil {
		return err
	}
	t.leave(g, slices.Clone(g.Members))
	delete(t.Groups, g.ID)
	return nil
}

// RemoveGroup ends a group. Its members stay in the team.
func (t *Team) RemoveGroup(now Instant, c Caller, group string) (Effect, error) {
	if _, err := t.group(group); err != nil {
		return Effect{}, err
	}
	return t.change(now, c, &GroupRemoved{group})
}

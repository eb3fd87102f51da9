package license

import (
	"fmt"
	"slices"
)

// Reassigned moves what one user has directly to another, in one step (R8.9). A single-user seat keeps its place among
// those of its pool.
type Reassigned struct {
	From string `json:"from"`
	To   string `json:"to"`
	What string `json:"what"`
}

// Kind implements Body.
func (*Reassigned) Kind() string { return "reassigned" }

func (b *Reassigned) apply(t *Team, _ *Entry) error {
	from, err := t.member(b.From)
	if err != nil {
		return err
	}
	to, err := t.member(b.To)
	if err != nil {
		return err
	}
	had := from.source(b.What)
	if had == nil || !had.Direct() || len(had.Groups) > 0 || to.source(b.What) != nil {
		return fmt.Errorf("%q cannot go from %q to %q", b.What, b.From, b.To)
	}
	if b.What == FlexCode {
		from.drop(b.What)
		to.Flex, to.FlexFrom = true, Sources{}
		return nil
	}
	a := *from.assignment(b.What)
	from.drop(b.What)
	to.Assigned = append(to.Assigned, a)
	if a.Kind == SingleUser {
		p := t.pool(b.What)
		i := slices.Index(p.Single, from.ID)
		if i < 0 {
			return fmt.Errorf("the seats of %q do not know user %q", b.What, b.From)
		}
		p.Single[i], p.ranks = to.ID, nil
	}
	return nil
}

// Reassign moves what a user has to another who has it not: reassigning is free and unlimited (R8.9). The same again
// changes nothing. What a group gives stays with its members.
func (t *Team) Reassign(now Instant, c Caller, b Reassigned) (Effect, error) {
	from, err := t.member(b.From)
	if err != nil {
		return Effect{}, err
	}
	to, err := t.member(b.To)
	if err != nil {
		return Effect{}, err
	}
	had, has := from.source(b.What), to.source(b.What)
	switch {
	case from == to:
		return Effect{}, fail(ErrInvalid, "%s cannot be moved from %s to %s: name two users", b.What, b.From, b.To)
	case had == nil && has != nil && has.Direct():
		return Effect{}, nil
	case had == nil:
		return Effect{}, fail(ErrNotAssigned, "%s has no %s", b.From, b.What)
	case len(had.Groups) > 0:
		return Effect{}, fail(ErrGroupGives, "%s has %s from %s as well, and would keep it", b.From, b.What, groupNames(had.Groups))
	case has != nil:
		return Effect{}, fail(ErrAssigned, "%s has %s already", b.To, b.What)
	}
	return t.change(now, c, &b)
}

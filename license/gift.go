package license

import "fmt"

// GroupGiven lets a group give something to each of its members, now and later.
type GroupGiven struct {
	Group string   `json:"group"`
	Gift  Gift     `json:"gift"`
	Seats *Seating `json:"seating,omitempty"` // of members who had none
}

// Kind implements Body.
func (*GroupGiven) Kind() string { return "group_given" }

func (b *GroupGiven) apply(t *Team, _ *Entry) error {
	g, err := t.group(b.Group)
	if err != nil {
		return err
	}
	if b.Gift.What == "" || g.gift(b.Gift.What) != nil {
		return fmt.Errorf("the group %q gives %q already", g.ID, b.Gift.What)
	}
	g.Gives = append(g.Gives, b.Gift)
	seats := Seating{What: b.Gift.What}
	if b.Seats != nil {
		seats = *b.Seats
	}
	users := make([]*User, len(g.Members))
	for i, id := range g.Members {
		users[i] = t.Users[id]
	}
	return t.lend(g, users, seats)
}

// lend gives users what a group gives, those who had none the seats that were found for them.
func (t *Team) lend(g *Group, users []*User, seats Seating) error {
	kinds := seats.kinds()
	byID := make(map[string]*User, len(users))
	for _, u := range users {
		byID[u.ID] = u
		if u.source(seats.What) == nil && seats.What != FlexCode && kinds[u.ID] == "" {
			return fmt.Errorf("user %q gets no seat of %q from the group %q", u.ID, seats.What, g.ID)
		}
	}
	// Those who get a seat come in the order of the seats, because their places in the pool follow it.
	for _, ids := range [][]string{seats.Single, seats.Floating} {
		for _, id := range ids {
			u := byID[id]
			if u == nil || u.source(seats.What) != nil {
				return fmt.Errorf("user %q gets a seat of %q that is for nobody", id, seats.What)
			}
			if err := t.give(u, seats.What, kinds[id], g.ID); err != nil {
				return err
			}
			delete(byID, id)
		}
	}
	for _, u := range users {
		if byID[u.ID] == nil {
			continue
		}
		if err := t.give(u, seats.What, "", g.ID); err != nil {
			return err
		}
	}
	return nil
}

// Give lets a group give a product, a collection or Flex to its members, all or none of them; the same again changes
// nothing. Too few seats are an error that says how many are missing.
func (t *Team) Give(now Instant, cat *Catalog, c Caller, group string, gift Gift) (Effect, error) {
	g, err := t.group(group)
	if err != nil {
		return Effect{}, err
	}
	if gift.What == FlexCode && gift.Kind != "" {
		return Effect{}, fail(ErrInvalid, "Flex has no kinds of seats")
	}
	if gift.What != FlexCode && !cat.Sells(gift.What) {
		return Effect{}, fail(ErrWhatUnknown, "there is no product or collection %q in the catalogue", gift.What)
	}
	if old := g.gift(gift.What); old != nil {
		if gift.Kind != "" && gift.Kind != old.Kind {
			return Effect{}, fail(ErrConflict, "the group %s gives %s already, with another kind of seat: take it away first", g.ID, gift.What)
		}
		return Effect{}, nil
	}
	body := &GroupGiven{Group: g.ID, Gift: gift}
	seats, err := t.seating(now, gift, g.Members)
	if err != nil {
		return Effect{}, err
	}
	if len(seats.Single)+len(seats.Floating) > 0 {
		body.Seats = &seats
	}
	return t.change(now, c, body)
}

// GroupTaken ends a gift: who had it from this group alone has it no more (R8.8).
type GroupTaken struct {
	Group string `json:"group"`
	What  string `json:"what"`
}

// Kind implements Body.
func (*GroupTaken) Kind() string { return "group_taken" }

func (b *GroupTaken) apply(t *Team, _ *Entry) error {
	g, err := t.group(b.Group)
	if err != nil {
		return err
	}
	rest := make([]Gift, 0, len(g.Gives))
	for _, gift := range g.Gives {
		if gift.What != b.What {
			rest = append(rest, gift)
		}
	}
	if len(rest) == len(g.Gives) {
		return fmt.Errorf("the group %q does not give %q", g.ID, b.What)
	}
	if g.Gives = rest; len(rest) == 0 {
		g.Gives = nil
	}
	users := make([]*User, len(g.Members))
	for i, id := range g.Members {
		users[i] = t.Users[id]
	}
	t.takeBack(users, b.What, g.ID)
	return nil
}

// TakeFrom ends what a group gives; what it never gave stays so.
func (t *Team) TakeFrom(now Instant, c Caller, group, what string) (Effect, error) {
	g, err := t.group(group)
	if err != nil || g.gift(what) == nil {
		return Effect{}, err
	}
	return t.change(now, c, &GroupTaken{g.ID, what})
}

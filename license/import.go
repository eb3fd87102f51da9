package license

import "slices"

// Import is people who are to be in the team, and what all of them are to have (R8.2, R8.3).
type Import struct {
	Caller
	Users  []string // ids, each once; who is not in the team is added
	What   string   // a product, a collection or Flex; empty: nothing
	DryRun bool
}

// Imported says what an import did, or in a dry run would do.
type Imported struct {
	Added    int `json:"added"`
	Existing int `json:"existing"`
	Assigned int `json:"assigned"`
	// WhoAdded and WhoAssigned say of whom that is true. An answer that an older release has kept has none.
	WhoAdded    Marks `json:"who_added,omitempty"`
	WhoAssigned Marks `json:"who_assigned,omitempty"`
	// Seatless are the indices of those for whom no seat is left, and Short says so. Only in a dry run: without one it is
	// the error.
	Seatless []int `json:"-"`
	Short    error `json:"-"`
	Replayed bool  `json:"-"` // the first answer to a request that was made before
}

// Marks are a bit for each user of an import, in their order: the first answer to a large one is kept for weeks, so it
// is kept small.
type Marks []byte

// Has reports the mark of the i-th user.
func (m Marks) Has(i int) bool { return i/8 < len(m) && m[i/8]&(1<<(i%8)) != 0 }

func (m *Marks) set(i int) {
	for len(*m) <= i/8 {
		*m = append(*m, 0)
	}
	(*m)[i/8] |= 1 << (i % 8)
}

// Import adds and assigns all or nothing. Who has it already gets no second seat. A dry run goes on where seats are
// short, as if those for whom none is left were not to have one.
func (t *Team) Import(now Instant, cat *Catalog, c Import) (done Imported, _ Effect, _ error) {
	if again, err := t.repeated(now, c.Caller, &done); again || err != nil {
		done.Replayed = again
		return done, Effect{}, err
	}
	if c.What != "" && c.What != FlexCode && !cat.Sells(c.What) {
		return done, Effect{}, fail(ErrWhatUnknown, "there is no product or collection %q in the catalogue", c.What)
	}
	var added, assigned []Body
	seats := t.freeSeats(now, c.What, "")
	for i, id := range c.Users {
		u := t.Users[id]
		if u == nil || !u.Active {
			done.WhoAdded.set(i)
			added = append(added, &UserAdded{User: id, Role: RoleUser})
			u = &User{ID: id}
		}
		if from := u.source(c.What); c.What == "" || from != nil && from.Direct() {
			continue
		}
		kind := u.kind(c.What)
		if kind == "" && c.What != FlexCode {
			if kind = seats.take(); kind == "" {
				done.Seatless = append(done.Seatless, i)
				continue
			}
		}
		done.WhoAssigned.set(i)
		assigned = append(assigned, &Assigned{User: id, What: c.What, Seat: kind})
	}
	done.Added, done.Existing, done.Assigned = len(added), len(c.Users)-len(added), len(assigned)
	if done.Short = seats.short(c.What, len(done.Seatless)); done.Short != nil && !c.DryRun {
		return Imported{}, Effect{}, done.Short
	}
	bodies := slices.Concat(added, assigned)
	if c.DryRun || len(bodies) == 0 {
		return done, Effect{}, nil
	}
	effect, err := t.record(now, c.Caller, done, t.at(now).due, bodies...)
	return done, effect, err
}

// kind is that of the seat that the user has; empty without one.
func (u *User) kind(what string) SeatKind {
	if a := u.assignment(what); a != nil {
		return a.Kind
	}
	return ""
}

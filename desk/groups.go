package desk

import (
	"context"

	"github.com/daypass/daypass/license"
)

// MakeGroup makes a group (R8.8).
func (d *Desk) MakeGroup(ctx context.Context, team string, c license.Caller, b license.GroupMade) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) { return t.team.MakeGroup(t.now, c, b) })
}

// ChangeGroup gives a group another name.
func (d *Desk) ChangeGroup(ctx context.Context, team string, c license.Caller, b license.GroupChanged) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) { return t.team.ChangeGroup(t.now, c, b) })
}

// RemoveGroup ends a group and what only it gave.
func (d *Desk) RemoveGroup(ctx context.Context, team string, c license.Caller, group string) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) { return t.team.RemoveGroup(t.now, c, group) })
}

// AddMembers puts users into a group, all or none, and returns the ids of those who were not in it.
func (d *Desk) AddMembers(ctx context.Context, team string, c license.Caller, group string, users []string) (added []string, replayed bool, pos int64, err error) {
	pos, err = d.do(ctx, team, func(t *turn) error {
		var e license.Effect
		var err error
		replayed = t.team.Repeats(t.now, c)
		added, e, err = t.team.AddMembers(t.now, c, group, t.book.users(users))
		return t.add(e, err)
	})
	return added, replayed, pos, err
}

// RemoveMembers takes users out of a group.
func (d *Desk) RemoveMembers(ctx context.Context, team string, c license.Caller, group string, users []string) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.RemoveMembers(t.now, c, group, t.book.users(users))
	})
}

// Give lets a group give something to its members.
func (d *Desk) Give(ctx context.Context, team string, c license.Caller, group string, gift license.Gift) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.Give(t.now, t.catalog, c, group, gift)
	})
}

// TakeFrom ends what a group gives.
func (d *Desk) TakeFrom(ctx context.Context, team string, c license.Caller, group, what string) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) { return t.team.TakeFrom(t.now, c, group, what) })
}

// Reassign moves what one user has to another (R8.9). It is false when it was moved before.
func (d *Desk) Reassign(ctx context.Context, team string, c license.Caller, b license.Reassigned) (moved bool, pos int64, err error) {
	pos, err = d.do(ctx, team, func(t *turn) error {
		b := b
		b.From, b.To = t.book.user(b.From), t.book.user(b.To)
		e, err := t.team.Reassign(t.now, c, b)
		moved = len(e.Entries) > 0
		return t.add(e, err)
	})
	return moved, pos, err
}

// TakeFloating frees a floating seat that a user has in use, and returns what was in use.
func (d *Desk) TakeFloating(ctx context.Context, team string, c license.Caller, b license.FloatingTaken) (taken license.Holding, replayed bool, pos int64, err error) {
	pos, err = d.do(ctx, team, func(t *turn) error {
		b := b
		b.User = t.book.user(b.User)
		var e license.Effect
		var err error
		replayed = t.team.Repeats(t.now, c)
		taken, e, err = t.team.TakeFloating(t.now, t.catalog, c, b)
		return t.add(e, err)
	})
	return taken, replayed, pos, err
}

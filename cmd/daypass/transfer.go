package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/charmbracelet/x/term"
	"github.com/schollz/progressbar/v3"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// transfer brings everything from one place to another: it is what copy, backup and restore have in common.
type transfer struct {
	from, to side
	source   *journal.Journal
	// still says that nobody may write to the source meanwhile: it would stay behind.
	still bool
	// fresh says that the target must be empty, or a part that the same command has left.
	fresh bool

	filled  bool        // the target is ours, and something may be in it
	keyText []byte      // of the key that signs leases; nil where the source does not keep it
	last    api.Instant // of the last entry that was brought over; 0 if there is none
}

// plan finds out what is to be done, and refuses what cannot be. It changes nothing.
func (t *transfer) plan(ctx context.Context) (*journal.Copy, error) {
	target, err := t.to.look(ctx)
	if errors.Is(err, journal.ErrInUse) && t.to.String() != t.from.String() {
		return nil, fmt.Errorf("a server runs on %s: choose an empty folder or database", t.to)
	}
	if err != nil {
		return nil, t.to.explain(err)
	}
	if target != nil {
		defer func() { _ = target.Close() }() // it was only read
	}
	c, err := journal.NewCopy(ctx, t.source, target)
	if err != nil {
		return nil, t.explain(err)
	}
	if err := errors.Join(c.Close(), t.findLeaseKey(ctx, target)); err != nil {
		return nil, err
	}
	if t.fresh && !c.Begun && c.Before > 0 {
		return nil, t.explain(journal.ErrOwnData)
	}
	return c, nil
}

// run brings everything over, compares, and recomputes what the target has then.
func (t *transfer) run(ctx context.Context) (*journal.Copy, error) {
	if _, err := t.plan(ctx); err != nil {
		return nil, err
	}
	target, err := t.to.fill(ctx)
	if err != nil {
		return nil, t.to.explain(err)
	}
	c, err := t.into(ctx, target)
	return c, errors.Join(err, target.Close())
}

func (t *transfer) into(ctx context.Context, target *journal.Journal) (*journal.Copy, error) {
	c, err := journal.NewCopy(ctx, t.source, target)
	if err != nil {
		return nil, t.explain(err)
	}
	defer func() { _ = c.Close() }() // it was only read
	t.filled = true
	progress, done := watchCopy()
	err = c.Run(ctx, progress)
	done()
	if err != nil {
		return nil, t.explain(err)
	}
	if err := t.bringLeaseKey(ctx, target); err != nil {
		return nil, t.explain(err)
	}
	findings, checked, err := recompute(ctx, target)
	if err == nil && len(findings) > 0 {
		err = fmt.Errorf("%s of %s in %s wrong (%s: %s): keep it as it is, and go on with a backup that verifies",
			grouped(fmt.Sprint(len(findings))), count(checked.Teams, "journal", "journals"), t.from, findings[0].Team, findings[0].Detail)
	}
	if err == nil {
		err = t.stoodStill(ctx, c)
	}
	if err == nil {
		t.last, err = lastInstant(ctx, target)
	}
	if err != nil {
		return nil, err
	}
	return c, t.explain(c.Finish(ctx))
}

// stoodStill holds that no server has written to either place meanwhile.
func (t *transfer) stoodStill(ctx context.Context, c *journal.Copy) error {
	if err := t.to.stopped(ctx); err != nil {
		return t.to.explain(err)
	}
	if !t.still {
		return nil
	}
	if err := t.from.stopped(ctx); err != nil {
		return t.from.explain(err)
	}
	moved, err := c.Moved(ctx)
	if err == nil && moved {
		err = fmt.Errorf("%s has changed while it was copied: stop what writes to it, and run the same command again", t.from)
	}
	return err
}

// findLeaseKey reads the key that the source's leases are signed with, if it is kept there, and refuses a target with
// another.
func (t *transfer) findLeaseKey(ctx context.Context, target *journal.Journal) error {
	text, err := t.from.leaseKey(ctx, t.source)
	if err != nil || text == nil {
		return err
	}
	key, err := parseLeaseKey(text, "the key that signs leases in "+t.from.String())
	if err != nil {
		return err
	}
	id, _, err := t.source.Meta(ctx, metaLeaseKey)
	if err != nil || id != key.ID() {
		return err // servers are given the right one with --lease-key
	}
	t.keyText = text
	f, isFolder := t.to.(folderSide)
	if !isFolder {
		return nil
	}
	there, err := f.leaseKey(ctx, target)
	if err == nil && there != nil && !bytes.Equal(there, text) {
		err = fmt.Errorf("%s is another key than the one that the leases are signed with: put it aside, or choose another folder", filepath.Join(f.data, leaseKeyFile))
	}
	return err
}

// bringLeaseKey puts it where the target keeps it.
func (t *transfer) bringLeaseKey(ctx context.Context, target *journal.Journal) error {
	if t.keyText == nil {
		return target.DropMeta(ctx, metaLeasePrivate)
	}
	return t.to.keepLeaseKey(ctx, target, t.keyText)
}

// lastInstant is that of the last entry of all teams.
func lastInstant(ctx context.Context, j *journal.Journal) (last api.Instant, err error) {
	teams, err := j.Teams(ctx)
	if err != nil {
		return 0, err
	}
	for _, team := range teams {
		seq, _, err := j.Head(ctx, team)
		if err != nil {
			return 0, err
		}
		err = j.Read(ctx, team, seq-1, func(e journal.Entry) error {
			entry, err := license.DecodeEntry(e.Body)
			if err == nil {
				last = max(last, api.Instant(entry.At))
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return last, nil
}

// explain says what is the matter in the words of an operator.
func (t *transfer) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, journal.ErrOwnData):
		return fmt.Errorf("%s is in use already: choose an empty folder or database; nothing was changed", t.to)
	case errors.Is(err, journal.ErrSamePlace):
		return fmt.Errorf("%s and %s are the same", t.from, t.to)
	case errors.Is(err, journal.ErrUnfinished):
		return fmt.Errorf("%s is a part only, of a copy that has not finished: run that daypass copy or restore again", t.from)
	case errors.Is(err, journal.ErrDamaged):
		return fmt.Errorf("%s is damaged (%w): daypass verify tells more; keep it as it is, and go on with a backup that verifies", t.from, err)
	case errors.Is(err, journal.ErrStorageFull) && isBackup(t.to):
		return fmt.Errorf("there is no room left for the backup %s", t.to)
	case errors.Is(err, journal.ErrStorageFull):
		return fmt.Errorf("there is no room left for %s: make some and run the same command again, it goes on where it stopped", t.to)
	case errors.Is(err, journal.ErrDifferent), errors.Is(err, journal.ErrConflict):
		return fmt.Errorf("something else writes to %s: stop it and begin again with an empty folder or database", t.to)
	case errors.Is(err, context.Canceled) && isBackup(t.to):
		return errors.New("interrupted: there is no backup")
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted: run the same command again, it goes on where it stopped")
	}
	return fmt.Errorf("bringing %s to %s: %w", t.from, t.to, err)
}

func isBackup(s side) bool {
	_, is := s.(backupSide)
	return is
}

// watchCopy shows how far a copy is, when somebody watches.
func watchCopy() (progress func(journal.Copied), done func()) {
	if !term.IsTerminal(os.Stderr.Fd()) {
		return func(journal.Copied) {}, func() {}
	}
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription("copying entries"), progressbar.OptionShowCount())
	progress = func(c journal.Copied) {
		bar.ChangeMax64(c.Entries)
		_ = bar.Set64(c.Done)
	}
	return progress, func() { _ = bar.Finish() }
}

// contents name what the tables hold.
var contents = map[string][2]string{
	"entry":      {"entries", "all that was ever decided, chained by hash"},
	"person":     {"people", "names and addresses"},
	"outbox":     {"notices", "what somebody is to be told"},
	"invitation": {"invitations", "to people who were added, as fingerprints"},
	"api_key":    {"keys", "of programs, as fingerprints"},
	"snapshot":   {"snapshots", "to load journals faster"},
}

// unsaid are tables that a report leaves out: settings, of which a place has some of its own.
const unsaid = "meta"

// report lists what was brought over, or would be.
func (t *transfer) report(s screen, c *journal.Copy, title string) {
	rows := [][]string{{"journals", grouped(fmt.Sprint(c.Teams)), "of the teams and the operator"}}
	for _, h := range c.Held {
		what, known := contents[h.Table]
		if h.Table == unsaid {
			continue
		}
		if !known {
			what[0] = h.Table
		}
		if h.Table == "entry" && c.Before > 0 {
			what[1] += fmt.Sprintf("; %s were there already", grouped(fmt.Sprint(c.Before)))
		}
		rows = append(rows, []string{what[0], grouped(fmt.Sprint(h.Rows)), what[1]})
	}
	if t.keyText != nil {
		rows = append(rows, []string{"lease key", "1", "which the leases that are out are signed with"})
	}
	s.table([]column{text(title), figures("how many"), text("what")}, rows)
	s.say("")
	if t.keyText == nil {
		s.say("The key that signs leases is not kept in %s: servers are given it with --lease-key.", t.from)
	}
}

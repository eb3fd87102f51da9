package journal

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"testing"
)

// failing is a statement that fails.
type failing struct {
	driver.Stmt
	err error
}

func (f failing) ExecContext(context.Context, []driver.NamedValue) (driver.Result, error) {
	return nil, f.err
}

func TestCommitFails(t *testing.T) {
	j := opened(t, t.TempDir())
	ins := j.ins.(*sqliteInserter)
	ctx, acme, torn := t.Context(), chain{team: "acme"}, errors.New("torn")
	must(t, j.Append(ctx, Batch{Entries: acme.fill(3)}))
	isTorn := func(err error) bool { return errors.Is(err, torn) }
	fail := func(s *driver.StmtExecContext) { *s = failing{(*s).(driver.Stmt), torn} }
	lost := slices.Clone(acme.fill(40))
	before := acme.all[:3]

	whole := ins.commit
	fail(&ins.commit)
	if err := j.Append(ctx, Batch{Entries: lost}); !isTorn(err) || errors.Is(err, ErrBroken) {
		t.Errorf("append gives %v, want what the commit said", err)
	}
	same(t, before, read(t, j, "acme", 0))
	ins.commit = whole
	must(t, j.Append(ctx, Batch{Entries: lost[:1]}))

	// Where the rollback fails too, the connection is given up.
	fail(&ins.commit)
	fail(&ins.rollback)
	if err := j.Append(ctx, Batch{Entries: lost[1:]}); !isTorn(err) {
		t.Errorf("append gives %v, want what the commit said", err)
	}
	same(t, acme.all[:4], read(t, j, "acme", 0))
	must(t, j.Append(ctx, Batch{Entries: lost[1:2]}))

	j.dialect.broken = isTorn
	fail(&ins.commit)
	if err := j.Append(ctx, Batch{Entries: lost[2:]}); !errors.Is(err, ErrBroken) || !isTorn(err) {
		t.Errorf("append gives %v, want %v", err, ErrBroken)
	}
	if err := j.Append(ctx, Batch{Entries: lost[2:]}); !errors.Is(err, ErrBroken) || isTorn(err) {
		t.Errorf("the next append gives %v, want %v without trying", err, ErrBroken)
	}
}

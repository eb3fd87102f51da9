package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
)

// rowsPerStatement are the sizes of insertion that are kept prepared; a batch is cut into them, largest
// first. Rows of one statement share its cost; beyond 32 nothing more is won.
var rowsPerStatement = []int{32, 8, 1}

const upsertPerson = `INSERT INTO person (team, id, name, email) VALUES ($1, $2, $3, $4)
ON CONFLICT (team, id) DO UPDATE SET name = excluded.name, email = excluded.email`

const upsertInvitation = `INSERT INTO invitation (team, id, hash, sent_at, expires_at, accepted_at, request)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (team, id) DO UPDATE SET hash = excluded.hash, sent_at = excluded.sent_at, expires_at = excluded.expires_at,
	accepted_at = excluded.accepted_at, request = excluded.request`

const insertNotice = `INSERT INTO outbox (team, id, kind, at, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (team, id) DO NOTHING`

// sqliteInserter writes batches on the driver's own connection, with statements that stay prepared on it.
// database/sql would lock, copy and convert for each statement and prepare anew for each transaction; with a
// statement per row that takes one and a half to two times as long (BenchmarkPlainInsert).
type sqliteInserter struct {
	conn any // the driver's connection that the statements belong to

	begin, commit, rollback    driver.StmtExecContext
	person, notice, invitation driver.StmtExecContext
	entries                    []driver.StmtExecContext // by rowsPerStatement
	args                       []driver.NamedValue
}

// insert implements inserter. Nobody else writes to the database, so the heads are where they were.
func (w *sqliteInserter) insert(_ context.Context, conn any, b Batch) error {
	if len(b.Entries) == 0 && len(b.People) == 0 && len(b.Outbox) == 0 && len(b.Invitations) == 0 {
		return nil
	}
	if err := w.prepare(conn); err != nil {
		return fmt.Errorf("prepare the statements: %w", err)
	}
	if err := w.exec(w.begin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	err := w.rows(b.Entries, b)
	if err == nil {
		if err = w.exec(w.commit); err == nil {
			return nil
		}
		err = &commitError{err}
	}
	return errors.Join(err, w.undo())
}

// undo leaves no transaction open. Where that fails, the connection is given up, which undoes it too.
func (w *sqliteInserter) undo() error {
	err := w.exec(w.rollback)
	if err == nil || rolledBack(err) {
		return nil
	}
	return errors.Join(fmt.Errorf("rollback: %w", err), w.finalize(), driver.ErrBadConn)
}

func (w *sqliteInserter) rows(entries []Entry, b Batch) error {
	for i, size := range rowsPerStatement {
		for len(entries) >= size {
			if err := w.exec(w.entries[i], w.bind(entries[:size])...); err != nil {
				return fmt.Errorf("insert entries: %w", err)
			}
			entries = entries[size:]
		}
	}
	return w.beside(b)
}

// beside writes what stands beside the entries, row by row.
func (w *sqliteInserter) beside(b Batch) error {
	row := func(what string, s driver.StmtExecContext, values ...driver.Value) error {
		w.args = w.args[:0]
		w.add(values...)
		if err := w.exec(s, w.args...); err != nil {
			return fmt.Errorf("insert %s: %w", what, err)
		}
		return nil
	}
	for _, p := range b.People {
		if err := row("a person", w.person, p.Team, p.ID, p.Name, p.Email); err != nil {
			return err
		}
	}
	for _, n := range b.Outbox {
		if err := row("a notice", w.notice, n.Team, n.ID, n.Kind, n.At, string(n.Body)); err != nil {
			return err
		}
	}
	for _, i := range b.Invitations {
		if err := row("an invitation", w.invitation, i.Team, i.Person, i.Hash[:], i.SentAt, i.ExpiresAt, i.AcceptedAt, i.Request); err != nil {
			return err
		}
	}
	return nil
}

// bind lists the values of some entries. They stay valid until the next call.
func (w *sqliteInserter) bind(entries []Entry) []driver.NamedValue {
	w.args = w.args[:0]
	var team any
	for i := range entries {
		e := &entries[i]
		if i == 0 || entries[i-1].Team != e.Team {
			team = e.Team
		}
		w.add(team, e.Seq, string(e.Body), e.Hash[:])
	}
	return w.args
}

func (w *sqliteInserter) add(values ...driver.Value) {
	for _, v := range values {
		w.args = append(w.args, driver.NamedValue{Ordinal: len(w.args) + 1, Value: v})
	}
}

// exec runs without a context: nothing that is under way is given up halfway.
func (w *sqliteInserter) exec(s driver.StmtExecContext, args ...driver.NamedValue) error {
	_, err := s.ExecContext(context.Background(), args)
	return err
}

// prepare prepares the statements, once per connection: the pool has one, and replaces it when it breaks.
// What was prepared on a broken one is not freed, since it can no longer be used for that; it is rare.
func (w *sqliteInserter) prepare(conn any) error {
	if w.conn == conn {
		return nil
	}
	*w = sqliteInserter{args: w.args}
	preparer := conn.(driver.ConnPrepareContext)
	var err error
	keep := func(text string) driver.StmtExecContext {
		if err != nil {
			return nil
		}
		var s driver.Stmt
		if s, err = preparer.PrepareContext(context.Background(), text); err != nil {
			return nil
		}
		return s.(driver.StmtExecContext)
	}
	w.begin, w.commit, w.rollback = keep("BEGIN IMMEDIATE"), keep("COMMIT"), keep("ROLLBACK")
	w.person, w.notice, w.invitation = keep(upsertPerson), keep(insertNotice), keep(upsertInvitation)
	for _, n := range rowsPerStatement {
		w.entries = append(w.entries, keep(insertion(n)))
	}
	if err != nil {
		return errors.Join(err, w.finalize())
	}
	w.conn = conn
	return nil
}

// insertion is the text that inserts n entries. Its parameters have no numbers: modernc looks up every numbered
// one by a walk over all of them, a tenth of the whole insertion.
func insertion(n int) string {
	var b strings.Builder
	b.WriteString(`INSERT INTO entry (team, seq, body, hash) VALUES `)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(?, ?, ?, ?)")
	}
	return b.String()
}

// finalize gives up the statements.
func (w *sqliteInserter) finalize() error {
	var errs []error
	for _, s := range append([]driver.StmtExecContext{w.begin, w.commit, w.rollback, w.person, w.notice, w.invitation}, w.entries...) {
		if s != nil {
			errs = append(errs, s.(driver.Stmt).Close())
		}
	}
	*w = sqliteInserter{}
	return errors.Join(errs...)
}

// close gives up the statements before their connection is closed; SQLite keeps the files of a connection
// open as long as it has statements.
func (w *sqliteInserter) close(db *sql.DB) error {
	if w.conn == nil {
		return nil
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driverConn any) error {
		if driverConn != w.conn {
			return nil // theirs is closed already
		}
		return w.finalize()
	})
}

package journal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"
)

// table is one of the tables that the journal keeps, as a copy sees it.
type table struct {
	name string
	key  []string // unique; rows are read and compared in its order
	rest []string
	part string // a condition: which rows are copied; all when empty
	page int    // rows that are in memory at once
}

// tables are all that a copy, a backup and a restore bring over. A table of the schema that is not here fails a
// test, and so does a column.
var tables = []table{
	{name: entryTable, key: []string{"team", "seq"}, rest: []string{"body", "hash"}, page: pageSize},
	{name: "snapshot", key: []string{"team"}, rest: []string{"seq", "hash", "body"}, page: 16},
	{name: "person", key: []string{"team", "id"}, rest: []string{"name", "email"}, page: pageSize},
	{name: "outbox", key: []string{"team", "id"}, rest: []string{"kind", "at", "body"}, page: pageSize},
	{name: "invitation", key: []string{"team", "id"}, page: pageSize,
		rest: []string{"hash", "sent_at", "expires_at", "accepted_at", "request"}},
	{name: metaTable, key: []string{"name"}, rest: []string{"value"}, page: pageSize, part: metaPart},
	{name: "api_key", key: []string{"lookup"}, page: pageSize,
		rest: []string{"team", "id", "role", "person", "products", "made_by", "hash", "created_at", "expires_at", "revoked_at",
			"old_hash", "old_until", "used_at"}},
}

// entryTable is the one that is not copied row by row but entry by entry, each chained anew.
const entryTable = "entry"

// Of meta the words stay behind that belong to a place and not to what it holds.
const (
	metaTable = "meta"
	metaPart  = "name NOT IN ('" + metaCopying + "', '" + metaCopied + "')"
)

func (t table) columns() []string { return slices.Concat(t.key, t.rest) }

// rows gives fn all rows in the order of the key, page by page; each page but the last is full. An empty table
// has one empty page.
func (t table) rows(ctx context.Context, j *Journal, fn func(page [][]any) error) error {
	var last []any
	for {
		page, err := t.after(ctx, j, last)
		if err != nil {
			return fmt.Errorf("journal: read the table %s: %w", t.name, err)
		}
		if err := fn(page); err != nil || len(page) < t.page {
			return err
		}
		last = page[len(page)-1][:len(t.key)]
	}
}

// after is the page behind a key; nil is before the first.
func (t table) after(ctx context.Context, j *Journal, key []any) (page [][]any, err error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	rows, err := j.view().QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %d`,
		strings.Join(t.columns(), ", "), t.name, t.behind(key), strings.Join(t.key, ", "), t.page), key...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		row := make([]any, len(t.columns()))
		into := make([]any, len(row))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		page = append(page, row)
	}
	return page, rows.Err()
}

// behind is the condition of the rows that are copied and stand behind a key.
func (t table) behind(key []any) string {
	part := t.part
	if part == "" {
		part = "1 = 1"
	}
	if key == nil {
		return part
	}
	return fmt.Sprintf("%s AND (%s) > (%s)", part, strings.Join(t.key, ", "), parameters(1, len(t.key)))
}

// parameters is "$from, …", n of them.
func parameters(from, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = "$" + strconv.Itoa(from+i)
	}
	return strings.Join(list, ", ")
}

// Holding is what a journal holds in one of its tables.
type Holding struct {
	Table string
	Rows  int64
	// Sum is the same for the same rows on either engine. For the entries it is made of the teams' heads, each of
	// which stands for all entries before it.
	Sum Hash
}

// Holdings are the journal's, all tables in a fixed order, without what is said of the place alone: two journals with
// equal holdings hold the same.
func (j *Journal) Holdings(ctx context.Context) ([]Holding, error) { return j.holdings(ctx, tables) }

func (j *Journal) holdings(ctx context.Context, tables []table) ([]Holding, error) {
	teams, err := j.ends(ctx)
	if err != nil {
		return nil, err
	}
	all := []Holding{entriesOf(teams)}
	for _, t := range tables {
		if t.name == entryTable {
			continue
		}
		h, err := t.holding(ctx, j)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

func (t table) holding(ctx context.Context, j *Journal) (Holding, error) {
	h, s := Holding{Table: t.name}, newSum()
	err := t.rows(ctx, j, func(page [][]any) error {
		h.Rows += int64(len(page))
		for _, row := range page {
			if err := s.add(row...); err != nil {
				return fmt.Errorf("journal: read the table %s: %w", t.name, err)
			}
		}
		return nil
	})
	h.Sum = s.hash()
	return h, err
}

// end is where a team's journal ends.
type end struct {
	team string
	seq  int64
	hash Hash
}

// ends are those of all teams.
func (j *Journal) ends(ctx context.Context) ([]end, error) {
	teams, err := j.Teams(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]end, len(teams))
	for i, team := range teams {
		all[i].team = team
		if all[i].seq, all[i].hash, err = j.Head(ctx, team); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func entriesOf(teams []end) Holding {
	h, s := Holding{Table: entryTable}, newSum()
	for _, e := range teams {
		h.Rows += e.seq
		_ = s.add(e.team, e.seq, e.hash[:]) // of known types
	}
	h.Sum = s.hash()
	return h
}

// sum hashes values so that no two lists of values give the same bytes.
type sum struct{ h hash.Hash }

func newSum() sum { return sum{sha256.New()} }

func (s sum) hash() (h Hash) {
	s.h.Sum(h[:0])
	return h
}

func (s sum) add(values ...any) error {
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			s.h.Write([]byte{'n'})
		case int64:
			s.h.Write(binary.BigEndian.AppendUint64([]byte{'i'}, uint64(v)))
		case string:
			s.bytes('t', []byte(v))
		case []byte:
			s.bytes('b', v)
		default:
			return fmt.Errorf("a value of the type %T cannot be copied", v)
		}
	}
	return nil
}

func (s sum) bytes(kind byte, v []byte) {
	s.h.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(v))))
	s.h.Write(v)
}

// total is one sum of all holdings, in hex.
func total(holdings []Holding) string {
	s := newSum()
	for _, h := range holdings {
		_ = s.add(h.Table, h.Rows, h.Sum[:]) // of known types
	}
	h := s.hash()
	return hex.EncodeToString(h[:])
}

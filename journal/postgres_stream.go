package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// A large batch whose places are expected to be free is streamed with COPY, which costs the database less for each row than
// arrays that a statement takes apart. It begins with a question that divides by zero where something
// would have to be told: then nothing is written, and the batch goes the other way, which tells it. Both are sent as one
// query, which is one transaction and one way to the database and back.

const (
	// streamsFrom is how many entries a batch has at least that is streamed: in fewer, asking costs more than is saved.
	streamsFrom = 16
	// streamsBelow is how many it does not have. The database collects a thousand rows before it inserts any, so a server
	// that stands still in the middle of a stream that is shorter keeps nobody from writing.
	streamsBelow = 1000
)

// How the database answers a stream that is to go the other way.
const (
	notSo       = "22012" // division_by_zero: it is to be asked in full
	notPrepared = "26000" // invalid_sql_statement_name: the question is to be asked in words from now on
)

const streamEntries = `COPY entry (team, seq, body, hash) FROM STDIN (FORMAT binary)`

// streams reports whether a batch whose places are expected to be free is streamed.
func streams(b Batch) bool {
	n := len(b.Entries)
	return n >= streamsFrom && n < streamsBelow && len(unwritten(b)) == 0
}

// stream writes a batch whose places are expected to be free. With done false nothing was written, and writeAll says
// why.
func (p postgresInserter) stream(ctx context.Context, conn *pgx.Conn, b Batch) (done bool, err error) {
	buffer := streamed.Get().(*[]byte)
	defer streamed.Put(buffer)
	*buffer = appendRows((*buffer)[:0], b.Entries)
	question, err := p.question(ctx, conn, b)
	if err != nil {
		return true, err
	}
	_, err = conn.PgConn().CopyFrom(ctx, bytes.NewReader(*buffer), question+"; "+streamEntries)
	if err != nil || cap(*buffer) > streamKept { // a line that broke may still be reading from it
		*buffer = nil
	}
	switch postgresCode(err) {
	case notSo:
		return false, nil
	case notPrepared:
		p.unprepared.Store(true)
		return false, nil
	}
	if err != nil {
		return true, fmt.Errorf("stream entries: %w", err)
	}
	return true, nil
}

// asked divides by zero unless all that a batch hangs on is there still, and no servers fight over a team whose turn is
// not this one's: $1, $2, $3 is the last entry that was kept, $4, $5, $6 is the base (see moved), $7 are the teams whose
// turn it is.
var asked = `SELECT 1 / (EXISTS (SELECT FROM entry WHERE team = $1::text AND seq = $2::bigint AND hash = $3::bytea)
	AND NOT EXISTS (` + moved + `) AND NOT EXISTS (SELECT FROM turn WHERE team <> ALL ($7::text[])))::int`

// preparedQuestion is the name of the question where a connection knows it: to plan it anew takes the database as long as
// thirty rows.
const preparedQuestion = "daypass_stream"

// question asks what is asked of a batch: by its name, unless a pooler hands each transaction to another connection,
// which has not heard of it.
func (p postgresInserter) question(ctx context.Context, conn *pgx.Conn, b Batch) (string, error) {
	args := []string{literal(b.Last.Team), fmt.Sprint(b.Last.Seq), octets(b.Last.column()),
		array(b.Base, "text", func(h Head) string { return literal(h.Team) }),
		array(b.Base, "bigint", func(h Head) string { return fmt.Sprint(h.Seq) }),
		array(b.Base, "bytea", func(h Head) string { return octets(h.column()) }),
		array(b.Held, "text", literal)}
	var first string
	if p.lax {
		first = `SELECT set_config('synchronous_commit', 'on', true); `
	}
	if p.unprepared.Load() || conn.Config().DefaultQueryExecMode != pgx.QueryExecModeCacheStatement {
		var pairs []string
		for i, arg := range args {
			pairs = append(pairs, fmt.Sprint("$", i+1), arg)
		}
		return first + strings.NewReplacer(pairs...).Replace(asked), nil
	}
	if _, err := conn.Prepare(ctx, preparedQuestion, asked); err != nil { // at once, from the second time on
		return "", fmt.Errorf("prepare a stream: %w", err)
	}
	return first + `EXECUTE ` + preparedQuestion + ` (` + strings.Join(args, `, `) + `)`, nil
}

// array is a list in a query.
func array[T any](list []T, of string, element func(T) string) string {
	var elements []string
	for _, e := range list {
		elements = append(elements, element(e))
	}
	return `ARRAY[` + strings.Join(elements, `, `) + `]::` + of + `[]`
}

// literal is a text in a query, whatever is in it and however the database reads quotation marks.
func literal(text string) string {
	for _, c := range []byte(text) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return `convert_from(` + octets([]byte(text)) + `, 'UTF8')`
		}
	}
	return `'` + text + `'`
}

func octets(b []byte) string { return `decode('` + hex.EncodeToString(b) + `', 'hex')` }

// streamed are buffers for rows, which are kept up to streamKept bytes.
var streamed = sync.Pool{New: func() any { return new([]byte) }}

const streamKept = 4 << 20

// appendRows appends entries as COPY reads them in its binary form.
func appendRows(b []byte, entries []Entry) []byte {
	const signature, flagsAndExtension = "PGCOPY\n\xff\r\n\x00", "\x00\x00\x00\x00\x00\x00\x00\x00"
	b = append(append(b, signature...), flagsAndExtension...)
	for i := range entries {
		e := &entries[i]
		b = binary.BigEndian.AppendUint16(b, 4) // columns
		b = append(appendLength(b, len(e.Team)), e.Team...)
		b = binary.BigEndian.AppendUint64(appendLength(b, 8), uint64(e.Seq))
		b = append(appendLength(b, len(e.Body)), e.Body...)
		b = append(appendLength(b, len(e.Hash)), e.Hash[:]...)
	}
	return binary.BigEndian.AppendUint16(b, 0xffff) // no more rows
}

func appendLength(b []byte, n int) []byte { return binary.BigEndian.AppendUint32(b, uint32(n)) }

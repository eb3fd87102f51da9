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
	notPrepared = "26000" // invalid_sql_statement_name: the connection does not know the question any more
)

const streamEntries = `COPY entry (team, seq, body, hash) FROM STDIN (FORMAT binary)`

// streams reports whether a batch whose places are expected to be free is streamed.
func streams(b Batch) bool {
	n := len(b.Entries)
	return n >= streamsFrom && n < streamsBelow && len(unwritten(b)) == 0
}

// stream writes a batch whose places are expected to be free. With done false nothing was written, and writeAll says
// why.
func stream(ctx context.Context, conn *pgx.Conn, b Batch) (done bool, err error) {
	if known, err := prepare(ctx, conn); err != nil || !known {
		return err != nil, err
	}
	buffer := streamed.Get().(*[]byte)
	defer streamed.Put(buffer)
	*buffer = appendRows((*buffer)[:0], b.Entries)
	_, err = conn.PgConn().CopyFrom(ctx, bytes.NewReader(*buffer), question(b)+"; "+streamEntries)
	if err != nil || cap(*buffer) > streamKept { // a line that broke may still be reading from it
		*buffer = nil
	}
	switch postgresCode(err) {
	case notSo:
		return false, nil
	case notPrepared:
		conn.PgConn().CustomData()[preparedQuestion] = false
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
var asked = `SELECT 1 / (` + waits + ` AND EXISTS (SELECT FROM entry WHERE team = $1::text AND seq = $2::bigint AND hash = $3::bytea)
	AND NOT EXISTS (` + moved + `) AND NOT EXISTS (SELECT FROM turn WHERE team <> ALL ($7::text[])))::int`

// preparedQuestion is the name of the question on a connection: to plan it anew for each batch would be a good part of the
// batch's time.
const preparedQuestion = "daypass_stream"

// question asks what is asked of a batch.
func question(b Batch) string {
	return `EXECUTE ` + preparedQuestion + ` (` + strings.Join([]string{
		literal(b.Last.Team), fmt.Sprint(b.Last.Seq), octets(b.Last.column()),
		array(b.Base, "text", func(h Head) string { return literal(h.Team) }),
		array(b.Base, "bigint", func(h Head) string { return fmt.Sprint(h.Seq) }),
		array(b.Base, "bytea", func(h Head) string { return octets(h.column()) }),
		array(b.Held, "text", literal)}, `, `) + `)`
}

// prepare lets a connection know the question, the first time. False says that nothing can be streamed on it: a pooler
// hands each transaction to another of its own connections, where what was prepared has another name or none, and
// PgBouncer (from 1.21 on) loses count of what it has prepared when a stream fails.
func prepare(ctx context.Context, conn *pgx.Conn) (known bool, err error) {
	if conn.Config().DefaultQueryExecMode != pgx.QueryExecModeCacheStatement {
		return false, nil
	}
	notes := conn.PgConn().CustomData()
	if known, tried := notes[preparedQuestion].(bool); tried {
		return known, nil
	}
	if _, err := conn.Prepare(ctx, preparedQuestion, asked); err != nil {
		return false, fmt.Errorf("prepare a stream: %w", err)
	}
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE name = $1)`, preparedQuestion).Scan(&known)
	if err != nil {
		return false, fmt.Errorf("look whether a stream is prepared: %w", err)
	}
	notes[preparedQuestion] = known
	return known, nil
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

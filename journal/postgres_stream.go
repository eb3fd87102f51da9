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
	// streamsFrom is how many entries a batch has at least that is streamed: in fewer, planning the question anew costs more
	// than is saved.
	streamsFrom = 32
	// streamsBelow is how many it does not have. The database collects a thousand rows before it inserts any, so a server
	// that stands still in the middle of a stream that is shorter keeps nobody from writing.
	streamsBelow = 1000
)

// notSo is how the database answers the question in front of a stream when it is to be asked in full.
const notSo = "22012" // division_by_zero

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
	_, err = conn.PgConn().CopyFrom(ctx, bytes.NewReader(*buffer), p.question(b)+"; "+streamEntries)
	if err != nil || cap(*buffer) > streamKept { // a line that broke may still be reading from it
		*buffer = nil
	}
	switch {
	case postgresCode(err) == notSo:
		return false, nil
	case err != nil:
		return true, fmt.Errorf("stream entries: %w", err)
	}
	return true, nil
}

// question divides by zero unless all that the batch hangs on is there still, and no servers fight over a team whose turn
// is not this one's.
func (p postgresInserter) question(b Batch) string {
	var q strings.Builder
	if p.lax {
		q.WriteString(`SELECT set_config('synchronous_commit', 'on', true); `)
	}
	q.WriteString(`SELECT 1 / (NOT EXISTS (SELECT FROM turn WHERE true`)
	for _, team := range b.Held {
		q.WriteString(` AND team <> ` + literal(team))
	}
	q.WriteString(`)`)
	if h := &b.Last; h.Seq > 0 {
		fmt.Fprintf(&q, ` AND EXISTS (SELECT FROM entry WHERE team = %s AND seq = %d AND hash = %s)`, literal(h.Team), h.Seq, octets(h.column()))
	}
	for i := range b.Base {
		h := &b.Base[i]
		fmt.Fprintf(&q, ` AND %s = %s`, octets(h.column()), ends(literal(h.Team), fmt.Sprint(h.Seq)))
	}
	q.WriteString(`)::int`)
	return q.String()
}

// literal is a text in a query, whatever is in it and however the database reads quotation marks.
func literal(text string) string { return `convert_from(` + octets([]byte(text)) + `, 'UTF8')` }

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

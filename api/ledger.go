package api

import "github.com/go-json-experiment/json/jsontext"

// Entry is one entry of a team's ledger as it is read over the wire (R14.1). What each kind carries
// beside the base stands next to it in the same object, and is kept in Fields: "embed" says so to the
// JSON package that we use, "inline" to the standard library's experiment that can stand in for it.
type Entry struct {
	Position int64          `json:"position"` // from 1, without gaps
	At       Instant        `json:"at"`
	Kind     string         `json:"kind"`
	By       string         `json:"by"`            // who did it
	Fields   jsontext.Value `json:",embed,inline"` // an object of the kind's own fields
	Hash     string         `json:"hash"`          // lower-case hex
}

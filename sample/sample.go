// Package sample is a catalogue to try Daypass with, in the form of PUT /v1/catalog: products, collections
// and a price list that look like those of a vendor of design software.
//
// It is a sample (R2.7). Rates that the vendor has published stand as they were published; those marked
// "sample": true, and all prices of packs and seats, are plausible examples and nobody's offer. So are the
// collections, and the day from which on the rates hold.
package sample

import (
	"bytes"
	_ "embed"

	"github.com/daypass/daypass/api"
)

// JSON is the catalogue as it is sent to the server.
//
//go:embed catalog.json
var JSON []byte

// Catalog reads it.
func Catalog() api.Catalog {
	var c api.Catalog
	if err := api.DecodeValid(bytes.NewReader(JSON), &c); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return c
}

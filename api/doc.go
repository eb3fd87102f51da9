// Package api is the contract of Daypass in Go: what goes over the wire, and nothing else.
//
// Every request is a struct with a Validate method; [DecodeValid] reads one strictly and answers
// with a [Problem] that names each bad field. Every answer is a struct whose JSON is the documented
// one. Amounts and instants are integers with exact JSON forms ([Tokens], [Quantity], [Instant]),
// never floats (R1.5). A [Lease] is the signed receipt that a product lives on while offline (R6.2).
//
// Optional fields: the zero value means absent, and is left out of what is written. Where zero is a
// value of its own (a rate of 0 tokens, a limit of 0), the field is a pointer and nil means absent.
//
// The package holds no rules and imports nothing of ours, so that a product can embed it.
package api

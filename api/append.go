package api

import "github.com/go-json-experiment/json/jsontext"

// appendString appends s as a JSON string, quickly when it is plain ASCII, as almost all are.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			b, _ = jsontext.AppendQuote(b, s) // the error only says that bad UTF-8 was replaced
			return b
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// appendInstant appends i as a JSON string.
func appendInstant(b []byte, i Instant) []byte {
	return append(i.Append(append(b, '"')), '"')
}

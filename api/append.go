package api

import "github.com/go-json-experiment/json/jsontext"

// appendString appends s as a JSON string, quickly when it is plain ASCII, as almost all are.
func appendString(b []byte, s string) []byte {
	if !isPlain(s) {
		b, _ = jsontext.AppendQuote(b, s) // the error only says that bad UTF-8 was replaced
		return b
	}
	return append(append(append(b, '"'), s...), '"')
}

// isPlain reports whether a text stands in JSON as it is: printable ASCII without quotes and backslashes. A lease is most of
// an answer, so eight characters are looked at together: in bad the highest bit of one is set that is too low, too high, or
// one of the two.
func isPlain(s string) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for ; len(s) >= 8; s = s[8:] {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		quote, backslash := w^ones*'"', w^ones*'\\'
		bad := (w-ones*' ')&^w | (w + ones*(0x7f-'~')) | w | (quote-ones)&^quote | (backslash-ones)&^backslash
		if bad&high != 0 {
			return false
		}
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// appendInstant appends i as a JSON string.
func appendInstant(b []byte, i Instant) []byte {
	return append(i.Append(append(b, '"')), '"')
}

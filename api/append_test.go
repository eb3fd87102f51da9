package api

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// TestAppendString puts every byte at every place among characters of all kinds that are plain.
func TestAppendString(t *testing.T) {
	for _, plain := range []string{"a", " ", "~", "!", "#", "[", "]", "0"} {
		for length := range 20 {
			for at := range length {
				for c := range 256 {
					s := strings.Repeat(plain, at) + string([]byte{byte(c)}) + strings.Repeat(plain, length-at-1)
					want, _ := jsontext.AppendQuote(nil, s) // bad UTF-8 is replaced
					if got := appendString(nil, s); string(got) != string(want) {
						t.Fatalf("%q: got %s, want %s", s, got, want)
					}
				}
			}
		}
	}
}

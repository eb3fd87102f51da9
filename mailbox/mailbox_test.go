package mailbox

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSameMailbox(t *testing.T) {
	for _, same := range [][]string{
		{"ben@acme.example", "BEN@ACME.example", "Ben@Acme.Example", "ｂｅｎ@acme.example", "ben@ａｃｍｅ.example"},
		{"rené@acme.example", "rene\u0301@acme.example", "RENÉ@acme.example", "RENE\u0301@ACME.EXAMPLE"},
		{"ben@bücher.example", "ben@xn--bcher-kva.example", "BEN@BU\u0308CHER.EXAMPLE", "ben@XN--BCHER-KVA.example"},
		{"birgit@acme.example", "BIRGIT@acme.example", "BİRGİT@acme.example", "bırgıt@acme.example"},
		{"ben@straße.example", "ben@xn--strae-oqa.example"},
	} {
		for _, other := range same[1:] {
			if got, want := Key(other), Key(same[0]); got != want {
				t.Errorf("%q has the key %q, want %q", other, got, want)
			}
		}
	}
	for _, two := range [][2]string{
		{"ben@acme.example", "ben@acme2.example"},
		{"ben+x@acme.example", "ben@acme.example"},
		{"b.en@acme.example", "ben@acme.example"},
		{"rene@acme.example", "rené@acme.example"},
		{"ben@strasse.example", "ben@straße.example"},
		{"ada@acme.example", "аda@acme.example"},
	} {
		if Key(two[0]) == Key(two[1]) {
			t.Errorf("%q and %q have one key", two[0], two[1])
		}
	}
}

func TestCheck(t *testing.T) {
	for address, want := range map[string]error{
		"ben@acme.example":                            nil,
		"o'brien+x_y-z@acme.example":                  nil,
		"rené@acme.example":                           nil,
		"rene\u0301@acme.example":                     nil,
		"ｂｅｎ@acme.example":                            nil,
		"ben@bücher.example":                          nil,
		"ben@xn--bcher-kva.example":                   nil,
		"иван@пример.рф":                              nil,
		"рос@рос.рф":                                  nil, // alike, and at home in that script
		"иван@acme.example":                           nil, // not alike
		"山田たろう@例え.jp":                                 nil,
		"김철수@acme.example":                            nil,
		"משה@acme.example":                            nil,
		"bırgıt@acme.example":                         nil,
		"ben\u200b@acme.example":                      errUnseen,
		"be\u00adn@acme.example":                      errUnseen,
		"be\u00a0n@acme.example":                      errUnseen,
		"ben@ac\u200dme.example":                      errUnseen,
		"\u202eben@acme.example":                      errUnseen,
		"ﬁn@acme.example":                             errVariant,
		"be\u207f@acme.example":                       errVariant,
		"\U0001d41b\U0001d41e\U0001d427@acme.example": errVariant,
		"аda@acme.example":                            errMixed, // the first letter is Cyrillic
		"adα@acme.example":                            errMixed,
		"ben@аcme.example":                            errMixed,
		"ben@xn--cme-7cd.example":                     errMixed,
		"сос@acme.example":                            errAlike,
		"ben@асе.example":                             errAlike,
		"ονι@acme.example":                            errAlike,
		"ben@xn--a.example":                           errDomain,
		"ben@ex_ample.ü.example":                      errDomain,
		"ben@-ü.example":                              errDomain,
	} {
		if got := Check(address); got != want {
			t.Errorf("%q: got %v, want %v", address, got, want)
		}
	}
}

func TestTrim(t *testing.T) {
	for text, want := range map[string]string{
		"\x20ben@acme.example\t":                   "ben@acme.example",
		"\ufeff\u200eben@acme.example\u200b\u00a0": "ben@acme.example",
		"\u3000ben\u2028":                          "ben",
		"\u202f\u2060":                             "",
	} {
		if got := Trim(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// FuzzKey: a key is its own key, whatever it is of; what differs in case only has one key.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{"ben@acme.example", "RENÉ@bücher.example", "ｂ@ｃ。ｄ", "@", "ı@İ", "xn--@xn--", "\xff@\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		key := Key(address)
		if len(address) > longest || Check(address) != nil || !utf8.ValidString(address) || strings.Count(address, "@") != 1 {
			return // it must only not panic
		}
		if again := Key(key); again != key {
			t.Fatalf("%q has the key %q, and that has %q", address, key, again)
		}
	})
}

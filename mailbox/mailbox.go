// Package mailbox says when two mail addresses are one, and which are refused because they only look like another.
// Why it is so is in docs/decisions/0007-one-person-one-address.md.
package mailbox

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Key is the same for all spellings of one address: in any case, with letters of full width, composed or with
// separate accents, with a domain in its own script or in the letters of the wire. It never fails: what is no address
// has a key as well, which is at least not that of an address in plain letters.
func Key(address string) string {
	if isASCII(address) {
		return strings.ToLower(address)
	}
	address = norm.NFKC.String(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 || len(address) > longest {
		return fold(address)
	}
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		domain = fold(address[at+1:])
	}
	return fold(address[:at]) + "@" + domain
}

// longest is how long an address can be that has a domain to speak of, in bytes: what takes domains apart is slow on
// longer ones.
const longest = 1000

// fold is the lower case, in which the i without a dot is an i: who types a Turkish name in capitals cannot tell them
// apart.
func fold(s string) string {
	return norm.NFC.String(strings.ReplaceAll(strings.ToLower(s), "ı", "i"))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Trim takes off both ends what cannot be seen and comes along when an address is copied: blanks of all kinds, marks of
// direction, the mark at the beginning of a file.
func Trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unseen(r) })
}

// unseen says that a character takes no room, or cannot be told from a blank.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Zs, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

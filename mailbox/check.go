package mailbox

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// refusal says what is wrong with an address, as a sentence that goes on after "the address".
type refusal string

func (r refusal) Error() string { return string(r) }

// What is wrong with an address.
const (
	errUnseen  = refusal("has a character that cannot be seen: type the address anew")
	errVariant = refusal("has a letter that is only another form of plain ones: type the address anew")
	errMixed   = refusal("mixes letters of different scripts, so that it looks like another: type the address anew")
	errAlike   = refusal("looks like one in Latin letters and is written in others: type the address anew")
	errDomain  = refusal("has a domain that cannot exist")
)

// Check refuses a well-formed address with which somebody could pass for somebody else, or which nobody has typed on
// purpose. What is spelt in one of several usual ways is not refused: [Key] knows it.
func Check(address string) error {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || isASCII(address) && !strings.Contains(strings.ToLower(address[at+1:]), "xn--") {
		return nil
	}
	if strings.ContainsFunc(address, unseen) {
		return errUnseen
	}
	plain, err := idna.Lookup.ToASCII(norm.NFKC.String(address[at+1:]))
	if err != nil {
		return errDomain
	}
	domain, err := idna.Lookup.ToUnicode(plain)
	if err != nil {
		return errDomain
	}
	local := norm.NFC.String(width.Fold.String(address[:at]))
	if norm.NFKC.String(local) != local {
		return errVariant
	}
	labels := strings.Split(domain, ".")
	home, _ := scripts(labels[len(labels)-1])
	for _, part := range append(labels, local) {
		if err := alike(part, home); err != nil {
			return err
		}
	}
	return nil
}

// alike refuses a part of an address that mixes scripts, or that has only letters that look like Latin ones in a script
// that is not the one of its country or language, which the last part of the domain tells.
func alike(part string, home []string) error {
	written, ok := scripts(part)
	if !ok {
		return errMixed
	}
	if len(written) != 1 || slices.Equal(written, home) {
		return nil
	}
	letters, known := lookalikes[written[0]]
	if known && !strings.ContainsFunc(part, func(r rune) bool { return unicode.IsLetter(r) && !strings.ContainsRune(letters, r) }) {
		return errAlike
	}
	return nil
}

// lookalikes are letters that cannot well be told from Latin ones, by script.
var lookalikes = map[string]string{
	"Cyrillic": "асԁеҽԍһіїјӏорԛѕԝхуѵпгьАВЕКМНОРСТХУІЇЈЅ",
	"Greek":    "αορνυιικγχτωηΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
	"Armenian": "օսոհցզյՕՍ",
	"Cherokee": "ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎵᎷᎻᎽᏀᏂᏃᏎᏏᏒᏔᏚᏞᏟᏢᏦᏭᏮᏳᏴꮃꮓꮖꮩꮪꮯ",
}

// together are scripts that one word may be written in, beside those that stand alone.
var together = [][]string{
	{"Han", "Hiragana", "Katakana", "Latin"},
	{"Bopomofo", "Han", "Latin"},
	{"Han", "Hangul", "Latin"},
}

// scripts are those of a text's letters, sorted; not ok when no word is written in all of them.
func scripts(text string) (found []string, ok bool) {
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		for name, table := range unicode.Scripts {
			if name != "Common" && name != "Inherited" && unicode.Is(table, r) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	slices.Sort(found)
	return found, len(found) < 2 || slices.ContainsFunc(together, func(set []string) bool {
		return !slices.ContainsFunc(found, func(s string) bool { return !slices.Contains(set, s) })
	})
}

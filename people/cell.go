package people

import "strings"

// Defuse makes a text harmless in a table that a spreadsheet opens: one that it would run as a formula gets a quote in
// front. It is for texts that people chose, and not for figures, of which it would spoil the negative ones.
func Defuse(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

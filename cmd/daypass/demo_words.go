package main

import (
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/daypass/daypass/license"
)

// bar is a bar of up to width cells, and not nothing for what is little.
func bar(of, top license.Tokens, width int) string {
	eighths := int(int64(of) * int64(width) * 8 / int64(top))
	text := strings.Repeat("█", eighths/8)
	if rest := max(eighths%8, 1-eighths); rest > 0 && of > 0 {
		text += string([]rune(" ▏▎▍▌▋▊▉")[rest])
	}
	return text
}

// short leaves out what stands in brackets when a name is too long, and then what still is.
func short(name string, width int) string {
	if lipgloss.Width(name) <= width {
		return name
	}
	if outside, _, brackets := strings.Cut(name, " ("); brackets {
		return short(outside, width)
	}
	return strings.TrimRight(string([]rune(name)[:width-1]), " -") + "…"
}

// even writes the amounts of a column with the same number of decimals.
func even(amounts ...license.Tokens) []string {
	decimals := 0
	for _, t := range amounts {
		if _, fraction, ok := strings.Cut(some(t), "."); ok {
			decimals = max(decimals, len(fraction))
		}
	}
	texts := make([]string, len(amounts))
	for i, t := range amounts {
		whole, fraction, _ := strings.Cut(some(t), ".")
		if texts[i] = whole; decimals > 0 {
			texts[i] += "." + fraction + strings.Repeat("0", decimals-len(fraction))
		}
	}
	return texts
}

// evenly takes an amount out of each item of a list, to write them evenly.
func evenly[T any](list []T, of func(T) license.Tokens) []string {
	amounts := make([]license.Tokens, len(list))
	for i, item := range list {
		amounts[i] = of(item)
	}
	return even(amounts...)
}

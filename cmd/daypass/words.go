package main

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/currency"

	"github.com/daypass/daypass/api"
)

// tokens writes an amount for people: "1,234.5 tokens".
func tokens(t api.Tokens) string {
	if t == api.Whole {
		return "1 token"
	}
	return amount(t) + " tokens"
}

// amount groups the digits of an amount.
func amount[A interface{ String() string }](a A) string {
	whole, fraction, found := strings.Cut(a.String(), ".")
	if found {
		fraction = "." + fraction
	}
	return grouped(whole) + fraction
}

func grouped(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

func count[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(fmt.Sprint(n)) + " " + many
}

// when writes an instant in local time and in UTC.
func when(i api.Instant) string {
	const day = "Mon 2 Jan 2006 15:04:05"
	utc, local := i.Time(), i.Time().Local()
	if _, offset := local.Zone(); offset == 0 {
		return utc.Format(day) + " UTC"
	}
	layout := day
	if sameDay(utc, local) {
		layout = "15:04:05"
	}
	return fmt.Sprintf("%s (%s UTC)", local.Format(day+" MST"), utc.Format(layout))
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

// stamp writes an instant for a table, in UTC.
func stamp(i api.Instant) string { return i.Time().Format("2006-01-02 15:04:05") }

// money writes minor units with as many decimals as the currency has: "USD 1,500.00", "JPY 1,500".
func money(minor int64, code string) string {
	decimals := 2
	if unit, err := currency.ParseISO(code); err == nil {
		decimals, _ = currency.Standard.Rounding(unit)
	}
	digits := fmt.Sprintf("%0*d", decimals+1, minor)
	whole, fraction := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
	if fraction != "" {
		fraction = "." + fraction
	}
	return code + " " + grouped(whole) + fraction
}

// draws says which packs paid.
func draws(list []api.Draw) string {
	parts := make([]string, len(list))
	for i, d := range list {
		parts[i] = fmt.Sprintf("%s from pack %s", amount(d.Tokens), d.Pack)
	}
	return strings.Join(parts, ", ")
}

// list writes words with commas, or a stand-in for none.
func list(words []string, none string) string {
	if len(words) == 0 {
		return none
	}
	return strings.Join(words, ", ")
}

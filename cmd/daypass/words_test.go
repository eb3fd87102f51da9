package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
)

func TestWords(t *testing.T) {
	zone := time.Local
	t.Cleanup(func() { time.Local = zone })
	time.Local = time.FixedZone("NPT", 5*3600+45*60)
	instant, err := api.ParseInstant("2026-01-05T20:30:00Z")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want string }{
		{tokens(api.Whole), "1 token"},
		{tokens(0), "0 tokens"},
		{tokens(1_234_567_125), "1,234,567.125 tokens"},
		{amount(api.Tokens(-1_234_500)), "-1,234.5"},
		{grouped("100"), "100"},
		{count(1, "user", "users"), "1 user"},
		{count(1000, "user", "users"), "1,000 users"},
		{money(150000, "USD"), "USD 1,500.00"},
		{money(5, "EUR"), "EUR 0.05"},
		{money(150000, "JPY"), "JPY 150,000"},
		{money(1_500_000, "KWD"), "KWD 1,500.000"},
		{when(instant), "Tue 6 Jan 2026 02:15:00 NPT (Mon 5 Jan 2026 20:30:00 UTC)"},
		{draws([]api.Draw{{Pack: "a", Tokens: 500}, {Pack: "b", Tokens: 6500}}), "0.5 from pack a, 6.5 from pack b"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// A table is plain where nobody looks at it, and has lines on a terminal.
func TestTable(t *testing.T) {
	draw := func(fancy bool) string {
		var b bytes.Buffer
		screen{&b, fancy}.table([]column{text("pack"), figures("left")}, [][]string{{"small", "7"}, {"größe", "1,000"}})
		return b.String()
	}
	if got, want := draw(false), "pack    left\nsmall      7\ngröße  1,000\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := draw(true); !strings.Contains(got, "╭") || !strings.Contains(got, "\x1b[") {
		t.Errorf("a table for terminals has no lines or colours:\n%s", got)
	}
}

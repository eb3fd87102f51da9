package api

import (
	stdjson "encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"
)

// R1.5
func TestTokensRead(t *testing.T) {
	for _, c := range []struct {
		text string
		want Tokens
		err  error
	}{
		{"0", 0, nil}, {"-0", 0, nil}, {"7", 7000, nil}, {"0.1", 100, nil}, {"0.125", 125, nil},
		{"1.500", 1500, nil}, {"-2.05", -2050, nil}, {"0.001", 1, nil},
		{"1000000000000", MaxAmount, nil}, {"-1000000000000.000", -MaxAmount, nil},
		{"1000000000000.001", 0, errAmountRange}, {"1000000000001", 0, errAmountRange},
		{"10000000000000", 0, errAmountRange}, {strings.Repeat("9", 500), 0, errAmountRange},
		{"0.1250", 0, errAmountDecimals}, {"0." + strings.Repeat("0", 500), 0, errAmountDecimals},
		{"1e3", 0, errAmountExponent}, {"1E3", 0, errAmountExponent}, {"1.5e3", 0, errAmountExponent}, {"0e0", 0, errAmountExponent},
		{"", 0, errAmountForm}, {"-", 0, errAmountForm}, {".5", 0, errAmountForm}, {"1.", 0, errAmountForm},
		{"+1", 0, errAmountForm}, {"01", 0, errAmountForm}, {"--1", 0, errAmountForm}, {"1 ", 0, errAmountForm},
		{"1,5", 0, errAmountForm}, {"1.5x", 0, errAmountForm}, {"0x10", 0, errAmountForm}, {"1_000", 0, errAmountForm},
		{"NaN", 0, errAmountForm}, {"null", 0, errAmountForm}, {`"7"`, 0, errAmountForm}, {"٣", 0, errAmountForm},
	} {
		got, err := ParseTokens(c.text)
		if got != c.want || err != c.err {
			t.Errorf("ParseTokens(%.30q): got %d, %v, want %d, %v", c.text, got, err, c.want, c.err)
		}
	}
}

func TestTokensWritten(t *testing.T) {
	for n, want := range map[Tokens]string{
		0: "0", 7000: "7", 100: "0.1", 125: "0.125", -2050: "-2.05", 1: "0.001", -1: "-0.001",
		math.MaxInt64: "9223372036854775.807", math.MinInt64: "-9223372036854775.808",
	} {
		if got := n.String(); got != want {
			t.Errorf("%d: got %s, want %s", int64(n), got, want)
		}
	}
}

// Whichever JSON package a product uses, an amount is the same number.
func TestAmountsAreTheSameForBothPackages(t *testing.T) {
	in := struct {
		T Tokens
		Q Quantity
		I Instant
		D Duration
	}{7100, 125, 1767600000000, Duration(5 * time.Minute)}
	v1, err1 := stdjson.Marshal(in)
	v2, err2 := json.Marshal(in)
	want := `{"T":7.1,"Q":0.125,"I":"2026-01-05T08:00:00.000Z","D":"5m"}`
	if string(v1) != want || string(v2) != want || err1 != nil || err2 != nil {
		t.Errorf("got %s %v and %s %v, want %s", v1, err1, v2, err2, want)
	}
}

func TestTokensRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Tokens(rapid.Int64Range(-MaxAmount, MaxAmount).Draw(t, "tokens"))
		got, err := ParseTokens(want.String())
		if got != want || err != nil {
			t.Fatalf("got %d, %v, want %d", got, err, want)
		}
	})
}

func TestInstantRead(t *testing.T) {
	const eight Instant = 1767600000000 // 2026-01-05T08:00:00.000Z
	for text, want := range map[string]Instant{
		"2026-01-05T08:00:00.000Z":           eight,
		"2026-01-05T08:00:00Z":               eight,
		"2026-01-05T08:00:00.1Z":             eight + 100,
		"2026-01-05T08:00:00.1239999999999Z": eight + 123,
		"2026-01-05T09:30:00.5+01:30":        eight + 500,
		"2026-01-04T23:00:00-09:00":          eight,
		"2026-01-05T08:00:00-00:00":          eight,
		"2026-01-05":                         eight - 8*3_600_000,
		"1970-01-01T00:00:00Z":               0,
		"1970-01-01T01:00:00+01:00":          0,
		"9999-12-31T23:59:59.9999Z":          MaxInstant,
		"2028-02-29T00:00:00Z":               Instant(time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC).UnixMilli()),
	} {
		if got, err := ParseInstant(text); got != want || err != nil {
			t.Errorf("ParseInstant(%q): got %d, %v, want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"1969-12-31T23:59:59.999Z": errInstantRange, "1970-01-01T00:59:59+01:00": errInstantRange,
		"9999-12-31T23:59:59-00:01": errInstantRange, "0000-01-01": errInstantRange,
		"": errInstantForm, "2026": errInstantForm, "2026-1-5": errInstantForm, "2026-01-05 08:00:00Z": errInstantForm,
		"2026-01-05T08:00:00": errInstantForm, "2026-01-05T08:00Z": errInstantForm, "2026-01-05T8:00:00Z": errInstantForm,
		"2026-01-05T08:00:00,1Z": errInstantForm, "2026-01-05T08:00:00.Z": errInstantForm, "2026-01-05T24:00:00Z": errInstantForm,
		"2026-01-05T08:60:00Z": errInstantForm, "2026-01-05T08:00:60Z": errInstantForm, "2026-02-29T00:00:00Z": errInstantForm,
		"2026-13-01": errInstantForm, "2026-00-01": errInstantForm, "2026-01-32": errInstantForm, "2026-01-00": errInstantForm,
		"2026-01-05T08:00:00+24:00": errInstantForm, "2026-01-05T08:00:00+01:60": errInstantForm, "2026-01-05T08:00:00+0100": errInstantForm,
		"2026-01-05Z": errInstantForm, "2026-01-05T": errInstantForm, "12026-01-05": errInstantForm, "1767600000000": errInstantForm,
		"2026-01-05T08:00:00.000Z ": errInstantForm, "dddd-dd-dd": errInstantForm,
	} {
		if got, err := ParseInstant(text); got != 0 || err != want {
			t.Errorf("ParseInstant(%q): got %d, %v, want %v", text, got, err, want)
		}
	}
}

func TestInstantRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Instant(rapid.Int64Range(0, int64(MaxInstant)).Draw(t, "ms"))
		if got := want.Time().Format("2006-01-02T15:04:05.000Z"); got != want.String() {
			t.Fatalf("got %s, want %s", want, got)
		}
		got, err := ParseInstant(want.String())
		if got != want || err != nil || InstantOf(want.Time()) != want {
			t.Fatalf("got %d, %v, want %d", got, err, want)
		}
	})
}

func TestInstantBeyondTheRangeIsNotMarshalled(t *testing.T) {
	for _, i := range []Instant{-1, MaxInstant + 1, math.MinInt64, math.MaxInt64} {
		if b, err := json.Marshal(i); err == nil {
			t.Errorf("%d: got %s, want an error", int64(i), b)
		}
		_ = i.String() // must not panic
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]string{
		"24h": "24h", "24h0m0s": "24h", "4m59s": "4m59s", "90s": "1m30s", "300s": "5m", "0s": "0s", "0": "0s",
		"1h0m1s": "1h0m1s", "1.5h": "1h30m", "250ms": "250ms", "876000h": "876000h", "10m": "10m", "100h": "100h",
	} {
		if got, err := ParseDuration(text); got.String() != want || err != nil {
			t.Errorf("ParseDuration(%q): got %s, %v, want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": errDurationForm, "5": errDurationForm, "5 m": errDurationForm, "P1D": errDurationForm, "1d": errDurationForm,
		"-1s": errDurationRange, "1us": errDurationRange, "1.0001s": errDurationRange, "876001h": errDurationRange,
		"9999999999h": errDurationForm,
	} {
		if got, err := ParseDuration(text); got != 0 || err != want {
			t.Errorf("ParseDuration(%q): got %s, %v, want %v", text, got, err, want)
		}
	}
}

// FuzzTokens holds the parser against exact rational arithmetic.
func FuzzTokens(f *testing.F) {
	for _, s := range []string{"7", "0.1", "-0.125", "1e3", "1000000000000.001", "01", "", "1.5.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTokens(s)
		if err != nil {
			if got != 0 {
				t.Fatalf("%q: %d beside an error", s, got)
			}
			return
		}
		exact, ok := new(big.Rat).SetString(s)
		if !ok || exact.Cmp(big.NewRat(int64(got), 1000)) != 0 {
			t.Fatalf("%q: got %d", s, got)
		}
		if again, err := ParseTokens(got.String()); again != got || err != nil {
			t.Fatalf("%q: got %d, %v, want %d", s, again, err, got)
		}
	})
}

// FuzzInstant holds the parser against the standard library's.
func FuzzInstant(f *testing.F) {
	for _, s := range []string{"2026-01-05T08:00:00.000Z", "2026-01-01", "9999-12-31T23:59:59-00:01", "2028-02-29T12:00:00.1234+23:59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseInstant(s)
		if err != nil {
			return
		}
		layout := time.RFC3339Nano
		if len(s) == len(time.DateOnly) {
			layout = time.DateOnly
		}
		want, err := time.Parse(layout, s)
		if err != nil || InstantOf(want) != got {
			t.Fatalf("%q: got %s, the library %s, %v", s, got, want, err)
		}
		if again, err := ParseInstant(got.String()); again != got || err != nil {
			t.Fatalf("%q: got %d, %v, want %d", s, again, err, got)
		}
	})
}

func FuzzDuration(f *testing.F) {
	for _, s := range []string{"24h", "4m59s", "1ns", "-5m", "1.5h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseDuration(s)
		if err != nil {
			return
		}
		if again, err := ParseDuration(got.String()); again != got || err != nil {
			t.Fatalf("%q: got %s, %v, want %s", s, again, err, got)
		}
	})
}

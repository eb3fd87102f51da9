package license

import "time"

// Tokens is an amount of tokens in whole thousandths (R1.5): 7 tokens are Tokens(7000). Never a float.
type Tokens int64

// Token is one whole token.
const Token Tokens = 1000

// MaxTokens bounds every amount a command may name (10^12 tokens), so that sums of amounts cannot
// overflow an int64.
const MaxTokens = 1_000_000_000_000 * Token

// Quantity is an amount of a metered service in thousandths of its unit (0.5 hours are Quantity(500)).
type Quantity int64

// MaxQuantity bounds the quantity of one job: 10^9 units.
const MaxQuantity Quantity = 1_000_000_000_000

// Instant is a moment in milliseconds since 1970-01-01 UTC (R1.1). Zero means "not set" in the
// fields that say so.
type Instant int64

// Durations in milliseconds. A day is exactly 24 hours (R1.2): there is no calendar in the rules but
// the UTC date of an expiry (R3.3) and the periods of limits (R8.7).
const (
	Second Instant = 1000
	Minute         = 60 * Second
	Hour           = 60 * Minute
	Day            = 24 * Hour

	// PassLength is how long a day pass lasts (R1.2).
	PassLength = Day
	// PackLife is how long a pack can be drawn from (R1.2).
	PackLife = 365 * Day
	// SeatLease is the longest lease on a seat (R6.3).
	SeatLease = 30 * Day
	// DefaultHold is how long a job's tokens are held when its service does not say (R7.4).
	DefaultHold = 24 * Hour
	// Retention is how long the id of an ended session, job or request is remembered, so that a late
	// repetition still finds its first answer (R14.3). It is longer than the longest lease.
	Retention = 45 * Day
)

// InstantOf cuts t to the millisecond, towards the past (R1.1).
func InstantOf(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time returns i as a UTC time.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// date numbers the UTC day of i; it orders packs (R3.3).
func (i Instant) date() int64 { return i.number(Day) }

// hour numbers the UTC hour of i.
func (i Instant) hour() int64 { return i.number(Hour) }

// number says which span of a length i is in.
func (i Instant) number(length Instant) int64 {
	n := int64(i / length)
	if i%length < 0 {
		n--
	}
	return n
}

// Period is the span that a limit counts over (R8.7), in the team's time zone.
type Period string

// The periods of limits: the day from midnight, the ISO week from Monday, the calendar month.
const (
	PerDay   Period = "day"
	PerWeek  Period = "week"
	PerMonth Period = "month"
)

package api

import (
	"strings"
	"time"
)

// Duration is a length of time in nanoseconds, whole milliseconds and never negative when read
// (R1.1). In JSON it is a Go duration in a string, "24h" or "4m59s".
type Duration time.Duration

// MaxDuration is the longest that is read: 100 years of 365 days.
const MaxDuration = Duration(100 * 365 * 24 * time.Hour)

// Why a text is not a duration.
const (
	errDurationForm  = inputError(`must be a duration such as "24h" or "4m59s"`)
	errDurationRange = inputError("must be between 0 and 876000h, in whole milliseconds")
)

// ParseDuration reads what [time.ParseDuration] reads, within the bounds of [Duration].
func ParseDuration(s string) (Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, errDurationForm
	}
	if d < 0 || Duration(d) > MaxDuration || d%time.Millisecond != 0 {
		return 0, errDurationRange
	}
	return Duration(d), nil
}

// String is the Go form without units that are zero: "24h", "4m59s", "0s".
func (d Duration) String() string {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// MarshalJSON writes the quoted text.
func (d Duration) MarshalJSON() ([]byte, error) { return []byte(`"` + d.String() + `"`), nil }

// UnmarshalJSON reads a string as [ParseDuration] does. null is refused.
func (d *Duration) UnmarshalJSON(b []byte) (err error) {
	s, err := plainString(b, errDurationForm)
	if err != nil {
		return err
	}
	*d, err = ParseDuration(s)
	return err
}

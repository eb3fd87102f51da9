package api

import (
	"bytes"
	"strings"
	"time"
)

// Instant is a point in time in milliseconds since 1970-01-01T00:00:00Z (R1.1), between the years
// 1970 and 9999. In JSON it is RFC 3339 in UTC with exactly three decimals:
// "2026-01-05T08:00:00.000Z". Any RFC 3339 offset is read, finer than a millisecond is cut off, and
// a plain date, "2026-01-01", is read as its midnight in UTC.
type Instant int64

// MaxInstant is the last millisecond of the year 9999.
const MaxInstant Instant = 253_402_300_799_999

// Why a text is not an instant.
const (
	errInstantForm  = inputError(`must be an RFC 3339 instant, such as "2026-01-05T08:00:00.000Z"`)
	errInstantRange = inputError("must be between the years 1970 and 9999")
)

// InstantOf cuts t to its millisecond. It does not check the range.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time is the instant in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// ParseInstant reads an RFC 3339 instant or a plain date. Leap seconds are refused.
func ParseInstant(s string) (Instant, error) {
	const date, second = len("2006-01-02"), len("2006-01-02T15:04:05")
	day, ok := parseDate(s)
	if !ok {
		return 0, errInstantForm
	}
	if len(s) == date {
		return inRange(day)
	}
	if len(s) <= second || s[date] != 'T' {
		return 0, errInstantForm
	}
	clock, ok := parseClock(s[date+1 : second])
	if !ok {
		return 0, errInstantForm
	}
	fraction, rest, ok := parseFraction(s[second:])
	if !ok {
		return 0, errInstantForm
	}
	offset, ok := parseOffset(rest)
	if !ok {
		return 0, errInstantForm
	}
	return inRange(day + clock + fraction - offset)
}

func inRange(ms int64) (Instant, error) {
	if ms < 0 || ms > int64(MaxInstant) {
		return 0, errInstantRange
	}
	return Instant(ms), nil
}

// parseDate reads the date that s begins with, as milliseconds since 1970.
func parseDate(s string) (int64, bool) {
	if len(s) < 10 || !shaped(s[:10], "dddd-dd-dd") {
		return 0, false
	}
	y, m, d := int(number(s[:4])), time.Month(number(s[5:7])), int(number(s[8:10]))
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return t.UnixMilli(), t.Month() == m && t.Day() == d
}

// parseClock reads hh:mm:ss as milliseconds since midnight.
func parseClock(s string) (int64, bool) {
	if !shaped(s, "dd:dd:dd") {
		return 0, false
	}
	h, m, sec := number(s[:2]), number(s[3:5]), number(s[6:8])
	return ((h*60+m)*60 + sec) * 1000, h < 24 && m < 60 && sec < 60
}

// parseFraction reads an optional fraction of a second, cut to milliseconds, and what follows it.
func parseFraction(s string) (ms int64, rest string, ok bool) {
	if !strings.HasPrefix(s, ".") {
		return 0, s, true
	}
	n := leadingDigits(s[1:])
	for i := range 3 {
		ms *= 10
		if i < n {
			ms += int64(s[1+i] - '0')
		}
	}
	return ms, s[1+n:], n > 0
}

// parseOffset reads Z, +hh:mm or -hh:mm as milliseconds east of UTC.
func parseOffset(s string) (int64, bool) {
	if s == "Z" {
		return 0, true
	}
	if !shaped(s, "+dd:dd") && !shaped(s, "-dd:dd") {
		return 0, false
	}
	h, m := number(s[1:3]), number(s[4:6])
	offset := (h*60 + m) * 60_000
	if s[0] == '-' {
		offset = -offset
	}
	return offset, h < 24 && m < 60
}

// shaped says that s has the characters of shape, d standing for any digit.
func shaped(s, shape string) bool {
	if len(s) != len(shape) {
		return false
	}
	for i := range len(s) {
		if shape[i] == 'd' && '0' <= s[i] && s[i] <= '9' || shape[i] == s[i] && s[i] != 'd' {
			continue
		}
		return false
	}
	return true
}

// String is RFC 3339 in UTC with three decimals.
func (i Instant) String() string { return string(i.Append(nil)) }

// Append appends what String returns.
func (i Instant) Append(b []byte) []byte {
	if i < 0 || i > MaxInstant {
		return i.Time().AppendFormat(b, "2006-01-02T15:04:05.000Z")
	}
	ms := int(i % 86_400_000)
	y, m, d := i.Time().Date()
	b = appendPair(appendPair(b, y/100), y%100)
	b = appendPair(append(b, '-'), int(m))
	b = appendPair(append(b, '-'), d)
	b = appendPair(append(b, 'T'), ms/3_600_000)
	b = appendPair(append(b, ':'), ms/60_000%60)
	b = appendPair(append(b, ':'), ms/1000%60)
	return append(append(appendPair(append(b, '.'), ms%1000/10), byte('0'+ms%10)), 'Z')
}

// appendPair appends n as two digits.
func appendPair(b []byte, n int) []byte {
	return append(b, byte('0'+n/10), byte('0'+n%10))
}

// MarshalJSON writes the quoted text. Beyond the range it is an error.
func (i Instant) MarshalJSON() ([]byte, error) {
	if _, err := inRange(int64(i)); err != nil {
		return nil, err
	}
	return append(i.Append([]byte{'"'}), '"'), nil
}

// UnmarshalJSON reads a string as [ParseInstant] does. null is refused.
func (i *Instant) UnmarshalJSON(b []byte) (err error) {
	s, err := plainString(b, errInstantForm)
	if err != nil {
		return err
	}
	*i, err = ParseInstant(s)
	return err
}

// plainString is the content of a JSON string that has no escapes, as every instant and duration
// can be written.
func plainString(b []byte, otherwise error) (string, error) {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' || bytes.IndexByte(b, '\\') >= 0 {
		return "", otherwise
	}
	return string(b[1 : len(b)-1]), nil
}

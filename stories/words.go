package stories

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/daypass/daypass/license"
)

// Words is what a line says where its phrase leaves a hole, by the hole's name.
type words map[string]string

// match reads text as a phrase: literal words, <holes> and [optional parts]. A hole takes one word; one of
// a time takes a weekday and a time, or a date with or without a time; one that ends in … takes all the
// rest. It returns nil when text is something else.
func match(phrase, text string) words {
	got := words{}
	if rest, ok := take(strings.Fields(phrase), strings.Fields(text), got); !ok || len(rest) > 0 {
		return nil
	}
	return got
}

// take matches the pattern at the beginning of text and returns what follows.
func take(pattern, text []string, got words) ([]string, bool) {
	for len(pattern) > 0 {
		p := pattern[0]
		if strings.HasPrefix(p, "[") {
			n := 0
			for !strings.HasSuffix(pattern[n], "]") {
				n++
			}
			part := strings.Fields(strings.Trim(strings.Join(pattern[:n+1], " "), "[]"))
			if rest, ok := take(part, text, got); ok {
				text = rest
			}
			pattern = pattern[n+1:]
			continue
		}
		n := hole(p, text, got)
		if n == 0 {
			return nil, false
		}
		pattern, text = pattern[1:], text[n:]
	}
	return text, true
}

// hole matches one word of a pattern and returns how many words of text it took.
func hole(p string, text []string, got words) (n int) {
	name := strings.Trim(p, "<>")
	switch {
	case len(text) == 0:
		return 0
	case name == p: // a literal word
		if text[0] != p {
			return 0
		}
		return 1
	case strings.HasSuffix(name, "…"):
		n = len(text)
	case times[name]:
		n = timeWords(text)
	default:
		n = 1
	}
	got[strings.TrimSuffix(name, "…")] = strings.Join(text[:n], " ")
	return n
}

// times are the holes that take a time.
var times = map[string]bool{"from": true, "until": true, "bought": true, "expires": true}

var weekdays = map[string]time.Weekday{"Mon": time.Monday, "Tue": time.Tuesday, "Wed": time.Wednesday,
	"Thu": time.Thursday, "Fri": time.Friday, "Sat": time.Saturday, "Sun": time.Sunday}

func timeWords(text []string) int {
	if len(text) > 1 && strings.Contains(text[1], ":") {
		return 2
	}
	return 1
}

// instant reads a time. A weekday is the first one at or after now.
func instant(text string, now license.Instant) (license.Instant, error) {
	day, clock, _ := strings.Cut(text, " ")
	weekday, relative := weekdays[day]
	if relative {
		date := now.Time()
		for date.Weekday() != weekday {
			date = date.Add(24 * time.Hour)
		}
		day = date.Format(time.DateOnly)
	}
	if clock == "" && !relative {
		clock = "00:00"
	}
	for _, form := range []string{"15:04", "15:04:05", "15:04:05.000"} {
		t, err := time.Parse(time.DateOnly+" "+form, day+" "+clock)
		if err != nil {
			continue
		}
		at := license.InstantOf(t)
		if relative && at < now {
			at += 7 * license.Day
		}
		return at, nil
	}
	return 0, fmt.Errorf("%q is not a time such as Mon 08:00, 2026-01-05 or 2026-01-05 08:00:00.001", text)
}

// show writes an instant as a story would.
func show(at license.Instant) string {
	t := at.Time()
	form := "Mon 2006-01-02 15:04"
	if at%license.Minute != 0 {
		form = "Mon 2006-01-02 15:04:05.000"
	}
	return t.Format(form)
}

// thousandths reads a number with at most three decimals.
func thousandths(text string) (int64, error) {
	whole, part, point := strings.Cut(text, ".")
	if len(part) > 3 || (point && part == "") {
		return 0, fmt.Errorf("%q is not a number with at most three decimals", text)
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", 3-len(part)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number with at most three decimals", text)
	}
	return n, nil
}

// number writes thousandths.
func number[T ~int64](n T) string {
	s := fmt.Sprintf("%d.%03d", int64(n)/1000, int64(n)%1000)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

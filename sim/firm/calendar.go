package firm

import (
	"slices"
	"time"
)

// First is the first day that is played, a Monday, and End the instant at which the year ends, a Monday
// morning. They are fixed, so that one seed always gives the same year.
var (
	First = time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)
	End   = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
)

// holidays are days on which nobody is expected.
var holidays = []string{"2025-04-18", "2025-04-21", "2025-05-01", "2025-06-09", "2025-12-25", "2025-12-26", "2026-01-01"}

// date names a day.
func date(day time.Time) string { return day.Format(time.DateOnly) }

// on is the midnight that a day named so begins with.
func on(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // the days are written in this package
	}
	return t
}

// later is some days after an instant.
func later(t time.Time, days int) time.Time { return t.Add(time.Duration(days) * 24 * time.Hour) }

// nextMonth is the midnight that the month after an instant begins with.
func nextMonth(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
}

// nextYear is the same date a year on.
func nextYear(t time.Time) time.Time {
	return time.Date(t.Year()+1, t.Month(), t.Day(), t.Hour(), 0, 0, 0, time.UTC)
}

// workday reports whether the firm is open.
func workday(day time.Time) bool {
	weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
	return !weekend && !slices.Contains(holidays, date(day))
}

// workdays lists the days in [from, to) on which the firm is open.
func workdays(from, to time.Time) (days []time.Time) {
	for d := from; d.Before(to); d = later(d, 1) {
		if workday(d) {
			days = append(days, d)
		}
	}
	return days
}

// morning is a quarter past eight on the next day on which the firm is open.
func morning(t time.Time) time.Time {
	day := later(t.Truncate(24*time.Hour), 1)
	for !workday(day) {
		day = later(day, 1)
	}
	return day.Add(8*time.Hour + 15*time.Minute)
}

// monthEnd reports whether a day is one of the last three open ones of its month, when plans are due.
func monthEnd(day time.Time) bool {
	return workday(day) && len(workdays(day, nextMonth(day))) <= 3
}

// leave draws the days off of one person: a fortnight in summer, a week in another season, most of the time
// between the years, and now and then a day on which they are ill.
func (f *firm) leave(p *person) map[string]bool {
	dice, off := f.dice("leave", p.id), map[string]bool{}
	take := func(from time.Time, days int) {
		for i := range days {
			off[date(later(from, i))] = true
		}
	}
	take(later(on("2025-06-30"), 7*dice.IntN(8)), 14)
	weeks := []string{"2025-02-17", "2025-03-24", "2025-05-12", "2025-10-06", "2025-10-27"}
	take(on(weeks[dice.IntN(len(weeks))]), 7)
	if dice.IntN(6) > 0 {
		take(on("2025-12-24"), 12)
	}
	for _, d := range workdays(First, End) {
		if dice.IntN(60) == 0 && !p.exact() {
			off[date(d)] = true
		}
	}
	return off
}

package license

import "time"

// calendar tells a team's days: those of its time zone, UTC unless it has set one (R10.1). Which zone that is stands in
// the journal; when its clocks are put forward or back is known to every machine. It decides which limit something
// counts for, and nothing that an entry says hangs on it.
type calendar struct{ zone *time.Location }

// calendarOf is the calendar of a time zone by its IANA name. One that is not known has UTC's.
func calendarOf(name string) calendar {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		zone = time.UTC
	}
	return calendar{zone}
}

// date is a day in the calendar.
type date struct {
	year  int
	month time.Month
	day   int
}

// dateOf is the date of an instant. Where clocks are put back over midnight, a day that has begun goes on.
func (c calendar) dateOf(at Instant) date {
	y, m, d := at.Time().In(c.location()).Date()
	if next := (date{y, m, d + 1}); c.begin(next) <= at {
		return next
	}
	return date{y, m, d}
}

func (c calendar) location() *time.Location {
	if c.zone == nil {
		return time.UTC
	}
	return c.zone
}

// begin is the first instant of a date: midnight, the earlier one where there are two, and where there is none the
// instant at which clocks are put forward over it.
func (c calendar) begin(d date) Instant {
	t := time.Date(d.year, d.month, d.day, 0, 0, 0, 0, c.location())
	y, m, day := time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC).Date() // d's days may be beyond the month
	from, to := t.ZoneBounds()
	switch ty, tm, td := t.Date(); {
	case ty == y && tm == m && td == day && t.Hour() == 0 && t.Minute() == 0:
		return InstantOf(earlier(t, from))
	case time.Date(ty, tm, td, 0, 0, 0, 0, time.UTC).Before(time.Date(y, m, day, 0, 0, 0, 0, time.UTC)):
		return InstantOf(to)
	}
	return InstantOf(from)
}

// earlier is the instant before the clocks were put back at from at which they showed the same as at t, or t where there
// is none.
func earlier(t, from time.Time) time.Time {
	if from.IsZero() {
		return t
	}
	_, now := t.Zone()
	_, before := from.Add(-time.Millisecond).Zone()
	first := t.Add(time.Duration(now-before) * time.Second)
	if before > now && first.Before(from) {
		return first
	}
	return t
}

// periods are those that an instant lies in, and when its day ends.
func (c calendar) periods(at Instant) (p periods, ends Instant) {
	d := c.dateOf(at)
	return periods{c.begin(d), c.begin(d.monday()), c.begin(date{d.year, d.month, 1})}, c.begin(date{d.year, d.month, d.day + 1})
}

// monday is the first day of the date's ISO week.
func (d date) monday() date {
	weekday := time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC).Weekday()
	return date{d.year, d.month, d.day - (int(weekday)+6)%7}
}

// end is when the period ends that an instant lies in.
func (c calendar) end(p Period, at Instant) Instant {
	d := c.dateOf(at)
	switch p {
	case PerWeek:
		monday := d.monday()
		return c.begin(date{monday.year, monday.month, monday.day + 7})
	case PerMonth:
		return c.begin(date{d.year, d.month + 1, 1})
	}
	return c.begin(date{d.year, d.month, d.day + 1})
}

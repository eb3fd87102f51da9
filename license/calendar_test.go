package license

import (
	"testing"
	"time"
)

func instantAt(t *testing.T, text string) Instant {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return InstantOf(when)
}

// A day begins at midnight where the team is, which there may be twice, or not at all (R10.1).
func TestDaysOfTimeZones(t *testing.T) {
	for _, c := range []struct{ zone, at, day, week, month, ends string }{
		{"", "2026-03-29T12:00:00Z", "2026-03-29T00:00:00Z", "2026-03-23T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-30T00:00:00Z"},
		{"Nowhere/Atall", "2026-03-29T12:00:00Z", "2026-03-29T00:00:00Z", "2026-03-23T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-30T00:00:00Z"},
		// A day of 23 hours, and one of 25.
		{"Europe/Berlin", "2026-03-29T21:59:59.999Z", "2026-03-28T23:00:00Z", "2026-03-22T23:00:00Z", "2026-02-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-29T22:00:00Z", "2026-03-29T22:00:00Z", "2026-02-28T23:00:00Z", "2026-03-30T22:00:00Z"},
		{"Europe/Berlin", "2026-10-25T22:30:00Z", "2026-10-24T22:00:00Z", "2026-10-18T22:00:00Z", "2026-09-30T22:00:00Z", "2026-10-25T23:00:00Z"},
		{"Asia/Kathmandu", "2026-01-04T18:15:00Z", "2026-01-04T18:15:00Z", "2026-01-04T18:15:00Z", "2025-12-31T18:15:00Z", "2026-01-05T18:15:00Z"},
		{"America/Los_Angeles", "2026-01-01T07:59:59.999Z", "2025-12-31T08:00:00Z", "2025-12-29T08:00:00Z", "2025-12-01T08:00:00Z", "2026-01-01T08:00:00Z"},
		// Clocks are put forward over midnight: the day begins at one o'clock.
		{"America/Santiago", "2025-09-07T12:00:00Z", "2025-09-07T04:00:00Z", "2025-09-01T04:00:00Z", "2025-09-01T04:00:00Z", "2025-09-08T03:00:00Z"},
		{"America/Santiago", "2025-09-07T03:59:59.999Z", "2025-09-06T04:00:00Z", "2025-09-01T04:00:00Z", "2025-09-01T04:00:00Z", "2025-09-07T04:00:00Z"},
		// Clocks are put back at one o'clock, so that there are two midnights: the earlier counts.
		{"America/Havana", "2025-11-02T05:30:00Z", "2025-11-02T04:00:00Z", "2025-10-27T04:00:00Z", "2025-11-01T04:00:00Z", "2025-11-03T05:00:00Z"},
		// Clocks are put back at 00:01 to 23:01 of the day before: a day that has begun goes on.
		{"America/St_Johns", "2010-11-07T02:30:30Z", "2010-11-07T02:30:00Z", "2010-11-01T02:30:00Z", "2010-11-01T02:30:00Z", "2010-11-08T03:30:00Z"},
		{"America/St_Johns", "2010-11-07T03:00:00Z", "2010-11-07T02:30:00Z", "2010-11-01T02:30:00Z", "2010-11-01T02:30:00Z", "2010-11-08T03:30:00Z"},
		// A day that never was.
		{"Pacific/Apia", "2011-12-30T09:59:59.999Z", "2011-12-29T10:00:00Z", "2011-12-26T10:00:00Z", "2011-12-01T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-26T10:00:00Z", "2011-12-01T10:00:00Z", "2011-12-31T10:00:00Z"},
	} {
		z := calendarOf(c.zone)
		got, ends := z.periods(instantAt(t, c.at))
		want := periods{instantAt(t, c.day), instantAt(t, c.week), instantAt(t, c.month)}
		if got != want || ends != instantAt(t, c.ends) || z.end(PerDay, instantAt(t, c.at)) != ends {
			t.Errorf("%s %s: got %s %s %s until %s, want %+v", c.zone, c.at, got.Day.Time(), got.Week.Time(), got.Month.Time(), ends.Time(), c)
		}
	}
}

// Over years, in zones that do all that zones do, an instant is in its periods, they join without gaps, and never go
// back.
func TestPeriodsJoin(t *testing.T) {
	for _, zone := range []string{"", "Europe/Berlin", "America/Santiago", "America/Havana", "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "Asia/Tehran", "Australia/Lord_Howe", "Africa/Casablanca"} {
		z := calendarOf(zone)
		var last periods
		for now := instantAt(t, "2009-12-01T00:00:00Z"); now < instantAt(t, "2013-02-01T00:00:00Z"); now += 53 * Minute {
			p, ends := z.periods(now)
			if p.Day > now || p.Week > p.Day || p.Month > p.Day || now >= ends || p.Day < last.Day || p.Week < last.Week || p.Month < last.Month {
				t.Fatalf("%s: %s lies in %+v until %s, after %+v", zone, now.Time(), p, ends.Time(), last)
			}
			for _, period := range []Period{PerDay, PerWeek, PerMonth} {
				end := z.end(period, now)
				if next, _ := z.periods(end); end <= now || next.of(period) != end {
					t.Fatalf("%s: the %s of %s ends at %s, and the next begins at %s", zone, period, now.Time(), end.Time(), next.of(period).Time())
				}
				if before, _ := z.periods(end - 1); before.of(period) != p.of(period) {
					t.Fatalf("%s: the %s of %s changes before it ends", zone, period, now.Time())
				}
			}
			last = p
		}
	}
}

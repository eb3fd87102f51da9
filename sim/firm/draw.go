package firm

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// visit is a product that somebody means to use from one time to another.
type visit struct {
	person          *person
	product         string
	version, device string
	from, until     time.Time
	stays           bool // left open in the evening
	glimpse         bool // closed again at once: the wrong product
}

// drawYear draws what everybody means to do on every day.
func (f *firm) drawYear() {
	for _, p := range f.people {
		dice := f.dice("person", p.id)
		p.off = f.leave(p)
		p.early = time.Duration(20+dice.IntN(80)) * time.Minute
		p.upgrade = later(on("2025-04-14"), dice.IntN(150))
		for _, h := range p.habits {
			f.drawHabit(p, h)
		}
		f.drawMistakes(p)
	}
	for _, visits := range f.plan {
		slices.SortStableFunc(visits, func(a, b *visit) int {
			return cmp.Or(a.from.Compare(b.from), cmp.Compare(a.person.id, b.person.id), cmp.Compare(a.product, b.product))
		})
	}
}

func (f *firm) drawHabit(p *person, h habit) {
	switch {
	case h.always:
		f.mean(&visit{person: p, product: h.product, from: First.Add(8*time.Hour + 7*time.Minute), until: nextYear(End)})
	case h.daily:
		for _, d := range f.present(p, h, First, End) {
			f.drawDay(p, h.product, d)
		}
		f.drawSaturdays(p, h)
	default:
		for m := First; m.Before(on("2026-01-01")); m = nextMonth(m) {
			for _, d := range f.drawMonth(p, h, m) {
				f.drawOccasion(p, h, d)
			}
		}
	}
}

// present lists the days in [from, to) on which a person is at work and has the habit.
func (f *firm) present(p *person, h habit, from, to time.Time) (days []time.Time) {
	for _, d := range workdays(from, to) {
		gone := !p.left.IsZero() && !d.Before(p.left)
		if !p.off[date(d)] && !d.Before(h.from) && !gone && d.Before(on("2026-01-05")) {
			days = append(days, d)
		}
	}
	return days
}

// drawMonth chooses the days of a month on which an occasional product is used, rather at the month's end.
func (f *firm) drawMonth(p *person, h habit, month time.Time) []time.Time {
	dice := f.dice("month", p.id, h.product, date(month))
	days := f.present(p, h, month, nextMonth(month))
	wanted := h.days
	if h.about {
		wanted = (wanted*len(days)*busy(month)+1000)/2000 + dice.IntN(3) - 1
	}
	lot := map[time.Time]uint64{}
	for _, d := range days {
		lot[d] = dice.Uint64()
		if monthEnd(d) {
			lot[d] = max(lot[d], dice.Uint64())
		}
	}
	slices.SortFunc(days, func(a, b time.Time) int { return cmp.Compare(lot[b], lot[a]) })
	return days[:min(max(0, wanted), len(days))]
}

// busy is how much there is to do in a month, in per cent: projects are due in March, June and November.
func busy(month time.Time) int {
	switch month.Month() {
	case time.March, time.November:
		return 135
	case time.June:
		return 120
	}
	return 95
}

// drawDay is a day at work with the product that somebody works in.
func (f *firm) drawDay(p *person, product string, day time.Time) {
	dice := f.dice("day", p.id, product, date(day))
	if dice.IntN(25) == 0 {
		return // meetings, the building site
	}
	come := day.Add(7*time.Hour + p.early + minutes(dice, 0, 25))
	leave := come.Add(8*time.Hour + minutes(dice, 10, 90))
	if monthEnd(day) {
		leave = leave.Add(minutes(dice, 15, 120))
	}
	v := &visit{person: p, product: product, from: come, until: leave, stays: dice.IntN(20) == 0}
	if dice.IntN(4) == 0 {
		lunch := day.Add(12*time.Hour + minutes(dice, 0, 45))
		f.mean(&visit{person: p, product: product, from: come, until: lunch})
		v.from = lunch.Add(minutes(dice, 30, 60))
	}
	f.mean(v)
	if dice.IntN(12) == 0 {
		meeting := day.Add(14*time.Hour + minutes(dice, 0, 60))
		f.mean(&visit{person: p, product: product, device: "lt-" + p.id, from: meeting, until: meeting.Add(minutes(dice, 30, 90))})
	}
}

// drawSaturdays lets some come in on the last Saturday of a month.
func (f *firm) drawSaturdays(p *person, h habit) {
	for d := First; d.Before(End); d = later(d, 1) {
		last := d.Weekday() == time.Saturday && later(d, 7).Month() != d.Month()
		dice := f.dice("saturday", p.id, h.product, date(d))
		if last && !p.off[date(d)] && !d.Before(h.from) && (p.left.IsZero() || d.Before(p.left)) && dice.IntN(10) == 0 {
			from := d.Add(9*time.Hour + minutes(dice, 0, 60))
			f.mean(&visit{person: p, product: h.product, from: from, until: from.Add(minutes(dice, 90, 240))})
		}
	}
}

// drawOccasion is some hours with a product that somebody uses now and then.
func (f *firm) drawOccasion(p *person, h habit, day time.Time) {
	dice := f.dice("occasion", p.id, h.product, date(day))
	v := &visit{person: p, product: h.product}
	if h.about {
		v.from = day.Add(8*time.Hour + minutes(dice, 30, 300))
		v.until = v.from.Add(minutes(dice, 60, 300))
	} else {
		// From the morning to the afternoon, so that a pass of the day before never covers the whole visit.
		v.from = day.Add(8*time.Hour + minutes(dice, 20, 150))
		v.until = day.Add(16*time.Hour + minutes(dice, 0, 90))
	}
	f.mean(v)
}

// mistakes are products that are opened by mistake, because their icons stand beside others.
var mistakes = []string{"3ds-max", "inventor", "autocad-mechanical", "civil-3d", "maya"}

// drawMistakes lets people who have tokens open the wrong product now and then, and close it at once (R5.6).
func (f *firm) drawMistakes(p *person) {
	for _, d := range f.present(p, habit{}, First, End) {
		dice := f.dice("mistake", p.id, date(d))
		product := mistakes[dice.IntN(len(mistakes))]
		uses := slices.ContainsFunc(p.habits, func(h habit) bool { return h.product == product })
		if !p.hasFlex() || uses || dice.IntN(150) > 0 {
			continue
		}
		from := d.Add(9*time.Hour + minutes(dice, 0, 420))
		f.mean(&visit{person: p, product: product, from: from, until: from.Add(minutes(dice, 1, 4)), glimpse: true})
	}
}

func (p *person) hasFlex() bool {
	return slices.ContainsFunc(p.assigned, func(a assignment) bool { return a.what == "flex" })
}

// mean puts a visit into the plan.
func (f *firm) mean(v *visit) {
	if v.device == "" {
		v.device = "ws-" + v.person.id
	}
	if v.version == "" {
		v.version = f.version(v)
	}
	f.plan[date(v.from)] = append(f.plan[date(v.from)], v)
}

// version is what the person has installed; old projects are opened in the version that they were made in.
func (f *firm) version(v *visit) string {
	p := f.catalog.Product(v.product)
	switch {
	case p == nil || len(p.Versions) == 0:
		return ""
	case f.dice("version", v.person.id, v.product, date(v.from)).IntN(12) == 0:
		return "2024"
	case v.from.Before(v.person.upgrade):
		return "2025"
	}
	return "2026"
}

// minutes draws a length of time in [from, to] minutes.
func minutes(dice *rand.Rand, from, to int) time.Duration {
	return time.Duration(from+dice.IntN(to-from+1)) * time.Minute
}

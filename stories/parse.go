package stories

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/daypass/daypass/license"
)

// parser reads the lines of one story.
type parser struct {
	story    *Story
	now      license.Instant // the clock
	at       license.Instant // of the line being read; 0 is the beginning
	happened bool            // the first line with a time was read
	world    []Step          // the lines before it
	catalog  license.Catalog
	settings license.Settings
	limits   []license.Limit
	known    map[string]bool // users that the story need not make
	open     []running
	seen     map[string]bool // session ids
	keys     int             // ids made so far, for sessions and withdrawals
}

// running is an open session, as far as a reader of the story can tell.
type running struct{ session, user, product, device string }

// monday is when a story begins that names no date.
var monday = license.InstantOf(time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC))

func newParser(s *Story) *parser {
	return &parser{story: s, now: monday, settings: license.DefaultSettings, known: map[string]bool{}, seen: map[string]bool{}}
}

var columns = regexp.MustCompile(`\s{2,}`)

// line reads one line: what is done and what is expected, after the time if it has one.
func (p *parser) line(n int, text string) error {
	parts := columns.Split(text, -1)
	timed, err := p.clock(parts[0])
	if err != nil {
		return err
	}
	if timed {
		parts = parts[1:]
	}
	if len(parts) < 1 || len(parts) > 2 {
		return fmt.Errorf("a line has a time, what is done, and what is answered, two spaces apart")
	}
	step := Step{Line: n, Text: text, Team: p.story.Teams[0]}
	if p.at = 0; p.happened {
		p.at = p.now
	}
	if step.Do, err = p.read(parts[0], timed, &step); err != nil {
		return err
	}
	if len(parts) == 2 && step.Want.Figures != nil {
		return fmt.Errorf("a balance is no answer to an action: it has a line of its own")
	} else if step.Want.Figures == nil {
		if step.Want, err = readOutcome(strings.Join(parts[1:], ""), p.now); err != nil {
			return err
		}
	}
	if step.Do == nil {
		return nil
	}
	if step.At = p.at; !p.happened {
		if _, bought := step.Do.(license.BuyPack); bought {
			step.Want.Expires = p.at + license.PackLife
		}
		p.world = append(p.world, step)
		return nil
	}
	p.follow(step)
	p.story.Steps = append(p.story.Steps, step)
	return step.Want.complete(step.Do)
}

// clock reads the first column as a time and says whether it is one. The clock goes forward, but for
// "back 2s", which turns it behind the line before.
func (p *parser) clock(text string) (bool, error) {
	day, _, _ := strings.Cut(text, " ")
	_, weekday := weekdays[day]
	if back, ok := strings.CutPrefix(text, "back "); ok {
		d, err := duration(back)
		p.now -= d
		return true, err
	}
	if !weekday && !(day[0] >= '0' && day[0] <= '9') {
		return false, nil
	}
	at, err := instant(text, p.now)
	if err != nil {
		return true, err
	}
	if at < p.now && p.happened {
		return true, fmt.Errorf("%s is before %s", show(at), show(p.now))
	}
	if !p.happened {
		p.beginAt(at)
	}
	p.now, p.happened = at, true
	return true, nil
}

// beginAt lets the story begin no later than at.
func (p *parser) beginAt(at license.Instant) {
	if p.story.Begin == 0 || at < p.story.Begin {
		p.story.Begin = at
	}
}

// read finds the phrase that a line is and reads it.
func (p *parser) read(text string, timed bool, step *Step) (any, error) {
	if product, ok := strings.CutPrefix(text, "product "); ok {
		return p.product(product)
	}
	for _, f := range phrases {
		w := match(f.form, text)
		if w == nil {
			continue
		}
		switch {
		case f.when == before && (timed || p.happened):
			return nil, fmt.Errorf("%q stands before the first line with a time", f.form)
		case (f.when == withTime && !timed) || (f.when == anywhere && !timed && p.happened):
			return nil, fmt.Errorf("%q needs a time in front", f.form)
		}
		if f.when == afterwards {
			step.Want.Figures = map[string]license.Tokens{}
			for _, name := range figures {
				if err := w.figure(name, step.Want.Figures); err != nil {
					return nil, err
				}
			}
		}
		if w["of"] != "" {
			step.Team = w["of"]
		}
		if !slices.Contains(p.story.Teams, step.Team) {
			return nil, fmt.Errorf("the story has no team %q", step.Team)
		}
		return f.read(p, w)
	}
	return nil, fmt.Errorf("no line of a story is %q", text)
}

func (w words) figure(name string, into map[string]license.Tokens) error {
	if w[name] == "" {
		return nil
	}
	n, err := thousandths(w[name])
	into[name] = license.Tokens(n)
	return err
}

// finish puts the lines that describe the world in front, in the order of their times.
func (p *parser) finish() error {
	s := p.story
	if len(s.Steps) == 0 {
		return fmt.Errorf("the story %s has no line with a time: nothing happens in it", s.Where())
	}
	first := s.Steps[0].At
	s.Begin = min(s.Begin, monday)
	for i := range p.world {
		p.world[i].At = max(p.world[i].At, s.Begin)
	}
	slices.SortStableFunc(p.world, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	if n := len(p.world); n > 0 && p.world[n-1].At > first {
		return fmt.Errorf("what is said of the world comes after %s: %s", show(first), p.world[n-1].Text)
	}
	s.Steps = append(p.world, s.Steps...)
	return nil
}

// product puts a product into the catalogue, or another in its place.
func (p *parser) product(text string) (any, error) {
	c, err := readProduct(text, p.now)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(p.catalog.Products, func(o license.Product) bool { return o.Code == c.Code })
	if at < 0 {
		p.catalog.Products = append(slices.Clip(p.catalog.Products), c)
	} else {
		p.catalog.Products = slices.Clone(p.catalog.Products)
		p.catalog.Products[at] = c
	}
	return p.publish(), nil
}

func (p *parser) collection(w words) (any, error) {
	c := license.Collection{Code: w["code"], Name: w["code"], Products: strings.Fields(w["products"])}
	rest := slices.DeleteFunc(slices.Clone(p.catalog.Collections), func(o license.Collection) bool { return o.Code == c.Code })
	p.catalog.Collections = slices.Concat(rest, []license.Collection{c})
	return p.publish(), nil
}

// publish is nothing to do while the world is described: the catalogue is there from the beginning.
func (p *parser) publish() any {
	if !p.happened {
		p.story.Catalog = p.catalog
		return nil
	}
	return SetCatalog{p.catalog}
}

// introduce makes a user of the story's beginning.
func (p *parser) introduce(user string, flex bool) error {
	if p.known[user] {
		return fmt.Errorf("%s is known already", user)
	}
	p.known[user] = true
	p.story.Users = append(p.story.Users, Newcomer{user, flex})
	return nil
}

// meet makes sure that there is such a user: nobody need be introduced.
func (p *parser) meet(user string) error {
	if p.known[user] {
		return nil
	}
	return p.introduce(user, true)
}

// imports reads a list of users, who need not be there.
func (p *parser) imports(w words) (any, error) {
	users := strings.Fields(w["users"])
	for _, u := range users {
		p.known[u] = true
	}
	return Import{users, w["what"]}, nil
}

func duration(text string) (license.Instant, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration such as 5m or 4m59.999s", text)
	}
	return license.Instant(d.Milliseconds()), nil
}

func count(w words) (int, error) {
	n, err := strconv.Atoi(w["n"])
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a number", w["n"])
	}
	return n, nil
}

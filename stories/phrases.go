package stories

import (
	"errors"
	"fmt"
	"strings"

	"github.com/daypass/daypass/license"
)

// phrase is one form of line.
type phrase struct {
	form string
	when stage
	read func(p *parser, w words) (do any, err error)
}

// stage says where in a story a phrase can stand.
type stage int

const (
	anywhere   stage = iota
	before           // among the lines that describe the world
	withTime         // among the lines of what happens
	afterwards       // a question about the outcome, with a time or without
)

// phrases are all forms of lines, but those of products.
var phrases = []phrase{
	// The world.
	{"pack <pack> <tokens> bought <bought>", before, (*parser).packBought},
	{"user <user> without flex", before, func(p *parser, w words) (any, error) { return nil, p.introduce(w["user"], false) }},
	{"stranger <user>", before, func(p *parser, w words) (any, error) { p.known[w["user"]] = true; return nil, nil }},
	{"team <team>", before, func(p *parser, w words) (any, error) {
		p.story.Teams = append(p.story.Teams, w["team"])
		return nil, nil
	}},
	{"time zone <zone>", before, func(p *parser, w words) (any, error) { p.story.TimeZone = w["zone"]; return nil, nil }},
	{"not at <level> because <reason…>", before, func(p *parser, w words) (any, error) { p.story.NotAt[w["level"]] = w["reason"]; return nil, nil }},

	// What a team's users do.
	{"<user> opens <product> [version <version>] [on <device>] [as <session>]", withTime, (*parser).opens},
	{"<user> asks for <quantity> of <service>", withTime, (*parser).asksForJob},
	{"<user> asks for <product> [version <version>] [on <device>]", withTime, (*parser).asks},
	{"<user> requests <product> [as <request>] [because <reason…>]", withTime, (*parser).requests},
	{"<user> closes <product> [on <device>] [as <session>]", withTime, (*parser).closes},
	{"<user> is working [in <product>] [on <device>] [as <session>] [under <key>]", withTime, (*parser).working},
	{"<user> is idle [in <product>] [on <device>] [as <session>]", withTime, (*parser).idle},
	{"<user> vanishes [from <product>] [on <device>] [as <session>]", withTime, (*parser).vanishes},
	{"<user> starts <job> for <quantity> of <service>", withTime, (*parser).starts},
	{"<user> completes <job> with <quantity>", withTime, func(_ *parser, w words) (any, error) { return endJob(w, license.JobCompleted) }},
	{"<user> cancels <job> [after <quantity>]", withTime, func(_ *parser, w words) (any, error) { return endJob(w, license.JobCancelled) }},

	// What admins and the operator do.
	{"buy pack <pack> <tokens> [for <of>]", withTime, buyPack},
	{"grant pack <pack> <tokens> [for <of>] because <reason…>", withTime, buyPack},
	{"withdraw <tokens> from <pack> [as <key>] because <reason…>", withTime, func(p *parser, w words) (any, error) { return p.withdraw(w) }},
	{"move <tokens> to <team> [as <key>] because <reason…>", withTime, func(p *parser, w words) (any, error) {
		c, err := p.withdraw(w)
		return Move{c}, err
	}},
	{"approve <request>", withTime, decides(nil)},
	{"approve <request> for <n> days", withTime, decides(func(t *license.Terms) *int { return &t.Days })},
	{"approve <request> for <n> passes", withTime, decides(func(t *license.Terms) *int { return &t.Passes })},
	{"decline <request> because <reason…>", withTime, func(_ *parser, w words) (any, error) {
		return Decline{license.Decide{Request: w["request"], Reason: w["reason"]}}, nil
	}},
	{"add <user>", anywhere, func(p *parser, w words) (any, error) { p.known[w["user"]] = true; return AddUser{w["user"]}, nil }},
	{"import to <what> <users…>", withTime, (*parser).imports},
	{"import <users…>", withTime, (*parser).imports},
	{"invite <user>", withTime, func(p *parser, w words) (any, error) { return Invite{w["user"]}, nil }},
	{"remove <user>", anywhere, func(p *parser, w words) (any, error) { return RemoveUser{User: w["user"]}, p.meet(w["user"]) }},
	{"<by> removes <user>", withTime, func(p *parser, w words) (any, error) { return RemoveUser{w["user"], w["by"]}, p.admins(w, "user") }},
	{"<by> makes <user> a user", withTime, role(license.RoleUser)},
	{"<by> makes <user> a guest", withTime, role(license.RoleGuest)},
	{"<by> makes <user> a secondary admin", withTime, role(license.RoleSecondaryAdmin)},
	{"<by> hands over to <to>", withTime, func(p *parser, w words) (any, error) { return HandOver{w["to"], w["by"]}, p.admins(w, "to") }},
	{"assign <what> to <user>", anywhere, assign("")},
	{"assign floating <what> to <user>", anywhere, assign(license.MultiUser)},
	{"unassign <what> from <user>", anywhere, func(p *parser, w words) (any, error) {
		return Unassign{w["user"], w["what"]}, p.meet(w["user"])
	}},
	{"reassign <what> from <user> to <to>", anywhere, func(p *parser, w words) (any, error) {
		return license.Reassigned{From: w["user"], To: w["to"], What: w["what"]}, errors.Join(p.meet(w["user"]), p.meet(w["to"]))
	}},
	{"take floating <what> from <user>", withTime, func(p *parser, w words) (any, error) {
		return license.FloatingTaken{What: w["what"], User: w["user"]}, p.meet(w["user"])
	}},
	{"group <group>", anywhere, func(_ *parser, w words) (any, error) {
		return license.GroupMade{Group: w["group"], Name: w["group"]}, nil
	}},
	{"remove group <group>", anywhere, func(_ *parser, w words) (any, error) { return license.GroupRemoved{Group: w["group"]}, nil }},
	{"<group> has <users…>", anywhere, (*parser).joins},
	{"put <user> into <group>", anywhere, func(p *parser, w words) (any, error) {
		return license.MembersAdded{Group: w["group"], Users: []string{w["user"]}}, p.meet(w["user"])
	}},
	{"take <user> out of <group>", anywhere, func(p *parser, w words) (any, error) {
		return license.MembersLeft{Group: w["group"], Users: []string{w["user"]}}, p.meet(w["user"])
	}},
	{"<group> gives <what>", anywhere, gives("")},
	{"<group> gives floating <what>", anywhere, gives(license.MultiUser)},
	{"<group> stops giving <what>", anywhere, func(_ *parser, w words) (any, error) {
		return license.GroupTaken{Group: w["group"], What: w["what"]}, nil
	}},
	{"seats <id> <n> of <what> from <from> until <until> [over <over>]", anywhere, seats(license.SingleUser)},
	{"floating seats <id> <n> of <what> from <from> until <until>", anywhere, seats(license.MultiUser)},
	{"trial of <product> for <user> until <until>", anywhere, func(p *parser, w words) (any, error) {
		b := license.TrialGranted{User: w["user"], Product: w["product"]}
		if err := w.instant("until", p.now, &b.Until); err != nil {
			return nil, err
		}
		return b, p.meet(b.User)
	}},
	{"defaults all", anywhere, func(*parser, words) (any, error) { return license.FlexDefaultsSet{List: flexAll}, nil }},
	{"defaults listed [<products…>]", anywhere, func(_ *parser, w words) (any, error) { return license.FlexDefaultsSet{List: listed(w)}, nil }},
	{"list of <user> all", anywhere, func(p *parser, w words) (any, error) { return p.list(w, &flexAll) }},
	{"list of <user> listed [<products…>]", anywhere, func(p *parser, w words) (any, error) { l := listed(w); return p.list(w, &l) }},
	{"list of <user> as the defaults", anywhere, func(p *parser, w words) (any, error) { return p.list(w, nil) }},
	{"limit team <tokens> per <period> [<warn>]", anywhere, limit(license.ScopeTeam)},
	{"limit group <group> <tokens> per <period> [<warn>]", anywhere, limit(license.ScopeGroup)},
	{"limit user <user> <tokens> per <period> [<warn>]", anywhere, limit(license.ScopeUser)},
	{"limit everyone <tokens> per <period> [<warn>]", anywhere, limit(license.ScopeUser)},
	{"limit product <product> <tokens> per <period> [<warn>]", anywhere, limit(license.ScopeProduct)},
	{"limit <user> in <product> <tokens> per <period> [<warn>]", anywhere, limit(license.ScopeUserProduct)},
	{"no limits", anywhere, func(p *parser, _ words) (any, error) { p.limits = nil; return license.LimitsSet{}, nil }},
	{"short launch <duration>", anywhere, setting(func(s *license.Settings, w words) (err error) { s.ShortLaunch, err = duration(w["duration"]); return })},
	{"short launches <n>", anywhere, setting(func(s *license.Settings, w words) (err error) { s.ShortLaunches, err = count(w); return })},
	{"devices <n>", anywhere, setting(func(s *license.Settings, w words) (err error) { s.Devices, err = count(w); return })},
	{"suspend", anywhere, func(*parser, words) (any, error) { return license.TeamSuspended{Suspended: true}, nil }},
	{"resume", anywhere, func(*parser, words) (any, error) { return license.TeamSuspended{}, nil }},
	{"collection <code> <products…>", anywhere, (*parser).collection},

	// What is then to be seen.
	{"balance [of <of>] <balance> [held <held>] [used <used>] [expired <expired>] [withdrawn <withdrawn>]", afterwards, func(*parser, words) (any, error) {
		return ShowBalance{}, nil
	}},
	{"pack <pack> [of <of>] left <left> [held <held>] [drawn <drawn>] [expired <expired>] [withdrawn <withdrawn>]", afterwards, func(_ *parser, w words) (any, error) {
		return ShowPack{w["pack"]}, nil
	}},
}

// productClauses are the parts of a line "product …", joined by commas.
var productClauses = []struct {
	form string
	read func(c *license.Product, w words, now license.Instant) error
}{
	{"free", func(c *license.Product, _ words, _ license.Instant) error { c.Kind = license.Free; return nil }},
	{"<tokens> per <unit> [from <from>]", readRate},
	{"<tokens> from <from>", readRate},
	{"versions <versions…>", func(c *license.Product, w words, _ license.Instant) error {
		c.Versions = strings.Fields(w["versions"])
		return nil
	}},
	{"seat only", func(c *license.Product, _ words, _ license.Instant) error { c.Flex = false; return nil }},
	{"retired", func(c *license.Product, _ words, _ license.Instant) error { c.Retired = true; return nil }},
	{"covered by seats", func(c *license.Product, _ words, _ license.Instant) error { c.CoveredBySeat = true; return nil }},
	{"hold <duration>", func(c *license.Product, w words, _ license.Instant) (err error) {
		c.Hold, err = duration(w["duration"])
		return
	}},
}

// readProduct reads "autocad 7 per day, 9 from 2026-02-01, versions 2026 2025".
func readProduct(text string, now license.Instant) (license.Product, error) {
	code, rest, _ := strings.Cut(text, " ")
	c := license.Product{Code: code, Name: code, Flex: true}
clauses:
	for _, part := range strings.Split(rest, ", ") {
		for _, f := range productClauses {
			if w := match(f.form, part); w != nil {
				if err := f.read(&c, w, now); err != nil {
					return c, err
				}
				continue clauses
			}
		}
		return c, fmt.Errorf("no product is %q", part)
	}
	return c, nil
}

func readRate(c *license.Product, w words, now license.Instant) error {
	var r license.Rate
	if err := w.tokens("tokens", &r.Tokens); err != nil {
		return err
	}
	if w["from"] != "" {
		if err := w.instant("from", now, &r.From); err != nil {
			return err
		}
	}
	if w["unit"] == "day" {
		c.Kind = license.Daily
	} else if w["unit"] != "" {
		c.Kind, c.Unit = license.Metered, w["unit"]
	}
	c.Rates = append(c.Rates, r)
	return nil
}

package stories

import (
	"fmt"
	"slices"
	"strings"

	"github.com/daypass/daypass/license"
)

// This file holds what each phrase becomes.

func (p *parser) packBought(w words) (any, error) {
	c := license.BuyPack{Pack: w["pack"]}
	if err := w.instant("bought", monday, &p.at); err != nil {
		return nil, err
	}
	p.beginAt(p.at)
	err := w.tokens("tokens", &c.Size)
	return c, err
}

func buyPack(_ *parser, w words) (any, error) {
	c := license.BuyPack{Pack: w["pack"], Reason: w["reason"]}
	err := w.tokens("tokens", &c.Size)
	return c, err
}

// opens names the session, unless the line does.
func (p *parser) opens(w words) (any, error) {
	id := w["session"]
	if id == "" {
		id = p.newKey("ses")
	}
	return license.Open{Session: id, User: w["user"], Product: w["product"], Version: w["version"], Device: w["device"]}, p.meet(w["user"])
}

func (p *parser) asks(w words) (any, error) {
	return license.Open{Session: p.newKey("ask"), User: w["user"], Product: w["product"], Version: w["version"],
		Device: w["device"], DryRun: true}, p.meet(w["user"])
}

// requests names the request, unless the line does.
func (p *parser) requests(w words) (any, error) {
	c := license.Ask{Request: w["request"], User: w["user"], Product: w["product"], Reason: w["reason"]}
	if c.Request == "" {
		c.Request = p.newKey("req")
	}
	return c, p.meet(c.User)
}

// decides approves a request, for good or for a number of something.
func decides(of func(*license.Terms) *int) func(*parser, words) (any, error) {
	return func(_ *parser, w words) (any, error) {
		c := license.Decide{Request: w["request"]}
		if of == nil {
			return Approve{c}, nil
		}
		n, err := count(w)
		*of(&c.Terms) = n
		return Approve{c}, err
	}
}

func (p *parser) newKey(kind string) string {
	p.keys++
	return fmt.Sprintf("%s-%d", kind, p.keys)
}

// session finds the running session that a line means.
func (p *parser) session(w words) (string, error) {
	if w["session"] != "" {
		return w["session"], nil
	}
	var found []string
	for _, r := range p.open {
		if r.user == w["user"] && (w["product"] == "" || r.product == w["product"]) && (w["device"] == "" || r.device == w["device"]) {
			found = append(found, r.session)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("%s has %d such sessions open: say which", w["user"], len(found))
	}
	return found[0], nil
}

func (p *parser) closes(w words) (any, error) {
	id, err := p.session(w)
	return license.Close{Session: id}, err
}

func (p *parser) working(w words) (any, error) {
	id, err := p.session(w)
	c := license.Renew{Session: id, InUse: true}
	if c.Key = w["key"]; c.Key != "" {
		c.Print = id + " in use"
	}
	return c, err
}

func (p *parser) idle(w words) (any, error) {
	id, err := p.session(w)
	return license.Renew{Session: id}, err
}

// vanishes tells the reader that nobody will hear of a session again: a crash, a cut line.
func (p *parser) vanishes(w words) (any, error) {
	id, err := p.session(w)
	p.gone(id)
	return nil, err
}

func (p *parser) gone(session string) {
	p.open = slices.DeleteFunc(p.open, func(r running) bool { return r.session == session })
}

// follow keeps the sessions that a reader knows to be open.
func (p *parser) follow(s Step) {
	switch do := s.Do.(type) {
	case license.Open:
		if s.Want.Covered != "" && !do.DryRun && !p.seen[do.Session] {
			p.seen[do.Session] = true
			p.open = append(p.open, running{do.Session, do.User, do.Product, do.Device})
		}
	case license.Close:
		if s.Want.Error == "" {
			p.gone(do.Session)
		}
	}
}

func (p *parser) starts(w words) (any, error) {
	c := license.StartJob{Job: w["job"], User: w["user"], Service: w["service"]}
	return p.job(c, w)
}

func (p *parser) asksForJob(w words) (any, error) {
	return p.job(license.StartJob{Job: p.newKey("ask"), User: w["user"], Service: w["service"], DryRun: true}, w)
}

func (p *parser) job(c license.StartJob, w words) (any, error) {
	n, err := thousandths(w["quantity"])
	if err != nil {
		return nil, err
	}
	c.Quantity = license.Quantity(n)
	return c, p.meet(c.User)
}

func endJob(w words, state license.JobState) (any, error) {
	c := license.EndJob{Job: w["job"], State: state}
	if w["quantity"] == "" {
		return c, nil
	}
	n, err := thousandths(w["quantity"])
	c.Used = license.Quantity(n)
	return c, err
}

// withdraw names the withdrawal, unless the line does.
func (p *parser) withdraw(w words) (license.Withdraw, error) {
	c := license.Withdraw{Pack: w["pack"], Reason: w["reason"], To: w["team"]}
	if c.Key = w["key"]; c.Key == "" {
		c.Key = p.newKey("out")
	}
	c.Print = strings.Join([]string{w["tokens"], w["pack"], w["team"], w["reason"]}, "|")
	if c.To != "" && !slices.Contains(p.story.Teams, c.To) {
		return c, fmt.Errorf("the story has no team %q", c.To)
	}
	err := w.tokens("tokens", &c.Tokens)
	return c, err
}

func assign(kind license.SeatKind) func(*parser, words) (any, error) {
	return func(p *parser, w words) (any, error) {
		return Assign{w["user"], w["what"], kind}, p.meet(w["user"])
	}
}

// joins puts users into a group.
func (p *parser) joins(w words) (any, error) {
	b := license.MembersAdded{Group: w["group"], Users: strings.Fields(w["users"])}
	for _, u := range b.Users {
		if err := p.meet(u); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func gives(kind license.SeatKind) func(*parser, words) (any, error) {
	return func(_ *parser, w words) (any, error) {
		return license.GroupGiven{Group: w["group"], Gift: license.Gift{What: w["what"], Kind: kind}}, nil
	}
}

func seats(kind license.SeatKind) func(*parser, words) (any, error) {
	return func(p *parser, w words) (any, error) {
		s := license.Subscription{ID: w["id"], What: w["what"], Kind: kind, OverAssign: w["over"] == "assigned"}
		var err error
		if s.Seats, err = count(w); err != nil {
			return nil, err
		}
		if err := w.instant("from", p.now, &s.From); err != nil {
			return nil, err
		}
		return s, w.instant("until", p.now, &s.Until)
	}
}

// trade reads a trade-in of some seats, or of all.
func trade(w words) (any, error) {
	c := license.TradeIn{ID: w["id"], From: w["from-id"], To: license.TradeToSingleUser}
	if w["to"] != "" {
		c.To = license.TradeTo(w["to"])
	}
	if w["some"] == "all" {
		return c, nil
	}
	var err error
	c.Seats, err = count(words{"n": w["some"]})
	return c, err
}

// tradeRatio puts another ratio into the price list.
func (p *parser) tradeRatio(w words) (any, error) {
	multi, err := count(words{"n": w["multi"]})
	if err != nil {
		return nil, err
	}
	single, err := count(words{"n": w["single"]})
	p.catalog.Prices.TradeIn = &license.TradeRatio{MultiUser: multi, SingleUser: single}
	return p.publish(), err
}

var flexAll = license.FlexList{Mode: license.FlexAll}

func listed(w words) license.FlexList {
	return license.FlexList{Mode: license.FlexListed, Products: strings.Fields(w["products"])}
}

func (p *parser) list(w words, l *license.FlexList) (any, error) {
	return license.UserFlexSet{User: w["user"], List: l}, p.meet(w["user"])
}

// limit adds a limit to those of the lines before.
func limit(scope license.Scope) func(*parser, words) (any, error) {
	return func(p *parser, w words) (any, error) {
		l := license.Limit{Scope: scope, Group: w["group"], User: w["user"], Product: w["product"], Period: license.Period(w["period"]), Action: license.ActionRefuse}
		switch w["warn"] {
		case "":
		case "warn":
			l.Action = license.ActionWarn
		default:
			return nil, fmt.Errorf("a limit refuses, or it warns: %q", w["warn"])
		}
		if err := w.tokens("tokens", &l.Tokens); err != nil {
			return nil, err
		}
		p.limits = append(slices.Clip(p.limits), l)
		if l.User == "" {
			return license.LimitsSet{Items: p.limits}, nil
		}
		return license.LimitsSet{Items: p.limits}, p.meet(l.User)
	}
}

// setting changes one of the team's settings.
func setting(change func(*license.Settings, words) error) func(*parser, words) (any, error) {
	return func(p *parser, w words) (any, error) {
		err := change(&p.settings, w)
		return license.SettingsChanged{Settings: p.settings}, err
	}
}

// admins meets who acts on a team's people, and on whom. The operator is nobody of the team, and ada is there.
func (p *parser) admins(w words, whom string) error {
	for _, name := range []string{w["by"], w[whom]} {
		if name == "operator" || name == "ada" {
			continue
		}
		if err := p.meet(name); err != nil {
			return err
		}
	}
	return nil
}

// role reads that somebody is made something.
func role(r license.Role) func(*parser, words) (any, error) {
	return func(p *parser, w words) (any, error) {
		return ChangeRole{w["user"], r, w["by"]}, p.admins(w, "user")
	}
}

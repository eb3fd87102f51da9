package stories

import (
	"fmt"
	"strings"

	"github.com/daypass/daypass/license"
)

// This file puts the answers of license's types into the words of a story, for the stages that have them.

// introduce makes the users from the beginning of a story.
func introduce(stage Stage, s *Story) error {
	for _, u := range s.Users {
		if _, err := stage.Do(s.Begin, s.Teams[0], AddUser{u.User}); err != nil {
			return err
		}
		if !u.Flex {
			continue
		}
		if _, err := stage.Do(s.Begin, s.Teams[0], Assign{User: u.User, What: license.FlexCode}); err != nil {
			return err
		}
	}
	return nil
}

func total(draws []license.Draw) (n license.Tokens) {
	for _, d := range draws {
		n += d.Tokens
	}
	return n
}

// granted puts an answer of R4 into words.
func granted(g license.Grant) Outcome {
	if g.Outcome == license.Refused {
		return Outcome{Refused: string(g.Code), Needs: g.Needed, Has: g.Available, Left: left(g.Limits)}
	}
	o := Outcome{Covered: covered(string(g.Code), string(g.Source)), From: g.Pass.From, Until: g.Pass.Until, LeaseUntil: g.LeaseUntil, Left: left(g.Limits)}
	if g.Charge != nil {
		o.Tokens, o.Draws = g.Charge.Tokens, g.Charge.Draws
	}
	return o
}

// held puts the answer to a job into words.
func held(j license.JobGrant) Outcome {
	o := Outcome{Needs: j.Required, Has: j.Available, Leaves: j.Remaining, Left: left(j.Limits)}
	if j.Outcome == license.Refused {
		o.Refused, o.Leaves = string(j.Code), 0
		if j.Code != license.CodeTokensInsufficient {
			o.Needs, o.Has = 0, 0
		}
		return o
	}
	o.Covered, o.Held, o.Until = covered(string(j.Code), string(j.Source)), j.Held, j.ExpiresAt
	return o
}

// left puts what is left under limits into words.
func left(limits []license.LimitState) string {
	var parts []string
	for _, l := range limits {
		part := fmt.Sprintf("%s/%s %s", l.Scope, l.Period, number(l.Left))
		if l.Exceeded() {
			part += " exceeded"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " + ")
}

// asked puts a request for access into words, with the rate of what was asked for.
func asked(w license.Wish, rate license.Tokens) Outcome {
	return Outcome{State: string(w.State), Rate: rate, Until: w.Until}
}

// figuresOf puts a balance into words: the whole, or one of its packs.
func figuresOf(b license.Balance, do any) Outcome {
	show, ok := do.(ShowPack)
	if !ok {
		return Outcome{Figures: map[string]license.Tokens{"balance": b.Available, "held": b.Held, "used": b.Used,
			"expired": b.Expired, "withdrawn": b.Withdrawn}}
	}
	for _, p := range b.Packs {
		if p.ID == show.Pack {
			return Outcome{Figures: map[string]license.Tokens{"left": p.Left, "held": p.Held, "drawn": p.Drawn,
				"expired": p.Expired, "withdrawn": p.Withdrawn}}
		}
	}
	return Outcome{Error: license.ErrPackUnknown}
}

// covered puts the code and the source of a grant into a story's words.
func covered(code, source string) string {
	switch {
	case code == "tokens_charged" || code == "tokens_held" || (code == "pass_live" && source == "tokens"):
		return "tokens"
	case code == "pass_live":
		return source + " kept"
	}
	return map[string]string{"free": "free", "seat": "seat", "floating_seat": "floating seat", "trial": "trial"}[code]
}

// importOf is what an import came to, in a story's words.
func importOf(done license.Imported, err error) string {
	if err != nil {
		return ""
	}
	return fmt.Sprintf("added %d existing %d assigned %d", done.Added, done.Existing, done.Assigned)
}

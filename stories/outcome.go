package stories

import (
	"fmt"
	"slices"
	"strings"

	"github.com/daypass/daypass/license"
)

// Outcome is an answer in the words of a story. Of what it does not speak, the zero value stands.
type Outcome struct {
	Error   string // the code of an error
	Refused string // the code of a refusal
	// Covered says how a grant is covered: tokens, seat, floating seat, trial, free, or one of these and
	// "kept", when a running session keeps a pass whose reason is gone.
	Covered string
	Tokens  license.Tokens // charged or withdrawn by this very answer, with the packs
	Draws   []license.Draw
	// From and Until are the pass, or until when a job holds its tokens (From is 0 then).
	From, Until license.Instant
	LeaseUntil  license.Instant
	// Needs and Has come with tokens_insufficient; Leaves also with a quote.
	Needs, Has, Leaves      license.Tokens
	Reversed                license.Tokens
	Held, Charged, Returned license.Tokens
	Expires                 license.Instant           // of a pack
	Import                  string                    // what an import came to: "added 1 existing 2 assigned 3"
	State                   string                    // of a request for access
	Rate                    license.Tokens            // of the product that was asked for
	Left                    string                    // what is left under each limit, such as team/day 3
	Figures                 map[string]license.Tokens // of ShowBalance and ShowPack
	said                    map[string]bool           // which outcome phrases the line used
}

// outcomes are the phrases of answers; a line joins them by commas.
var outcomes = []struct {
	phrase string
	read   func(o *Outcome, w words, now license.Instant) error
}{
	{"tokens <tokens> [from <draws…>]", readTokens},
	{"seat [<kept>]", readCovered("seat")},
	{"floating seat [<kept>]", readCovered("floating seat")},
	{"trial [<kept>]", readCovered("trial")},
	{"free [<kept>]", readCovered("free")},
	{"until <until>", func(o *Outcome, w words, now license.Instant) error { return w.instant("until", now, &o.Until) }},
	{"lease until <until>", func(o *Outcome, w words, now license.Instant) error { return w.instant("until", now, &o.LeaseUntil) }},
	{"expires <expires>", func(o *Outcome, w words, now license.Instant) error { return w.instant("expires", now, &o.Expires) }},
	{"refused <code>", func(o *Outcome, w words, _ license.Instant) error { o.Refused = w["code"]; return nil }},
	{"error <code>", func(o *Outcome, w words, _ license.Instant) error { o.Error = w["code"]; return nil }},
	{"needs <needs> has <has> [leaves <leaves>]", func(o *Outcome, w words, _ license.Instant) error {
		return w.tokens("needs", &o.Needs, "has", &o.Has, "leaves", &o.Leaves)
	}},
	{"added <added> existing <existing> assigned <assigned>", func(o *Outcome, w words, _ license.Instant) error {
		o.Import = fmt.Sprintf("added %s existing %s assigned %s", w["added"], w["existing"], w["assigned"])
		return nil
	}},
	{"left <limits…>", func(o *Outcome, w words, _ license.Instant) error { o.Left = w["limits"]; return nil }},
	{"request <state>", func(o *Outcome, w words, _ license.Instant) error { o.State = w["state"]; return nil }},
	{"rate <rate>", func(o *Outcome, w words, _ license.Instant) error { return w.tokens("rate", &o.Rate) }},
	{"reversed <reversed>", func(o *Outcome, w words, _ license.Instant) error { return w.tokens("reversed", &o.Reversed) }},
	{"held <held>", func(o *Outcome, w words, _ license.Instant) error {
		o.Covered = "tokens"
		return w.tokens("held", &o.Held)
	}},
	{"charged <charged>", func(o *Outcome, w words, _ license.Instant) error { return w.tokens("charged", &o.Charged) }},
	{"returned <returned>", func(o *Outcome, w words, _ license.Instant) error { return w.tokens("returned", &o.Returned) }},
}

// readOutcome reads what a line expects.
func readOutcome(text string, now license.Instant) (Outcome, error) {
	o := Outcome{said: map[string]bool{}}
	if text == "" {
		return o, nil
	}
	for _, part := range strings.Split(text, ", ") {
		if err := o.read(part, now); err != nil {
			return o, err
		}
	}
	if o.LeaseUntil == 0 && o.said["until"] && !o.said["held"] {
		o.LeaseUntil = o.Until
	}
	return o, nil
}

func (o *Outcome) read(part string, now license.Instant) error {
	for _, f := range outcomes {
		w := match(f.phrase, part)
		if w == nil {
			continue
		}
		word, _, _ := strings.Cut(f.phrase, " ")
		if o.said[word] {
			return fmt.Errorf("%q stands twice", word)
		}
		o.said[word] = true
		return f.read(o, w, now)
	}
	return fmt.Errorf("nobody answers %q", part)
}

func readCovered(by string) func(*Outcome, words, license.Instant) error {
	return func(o *Outcome, w words, _ license.Instant) error {
		if k := w["kept"]; k != "" && k != "kept" {
			return fmt.Errorf("nobody answers %q", by+" "+k)
		}
		o.Covered = strings.TrimSpace(by + " " + w["kept"])
		return nil
	}
}

// readTokens reads "7 from small" and "7 from small 3 + big 4".
func readTokens(o *Outcome, w words, _ license.Instant) error {
	o.Covered = "tokens"
	if err := w.tokens("tokens", &o.Tokens); err != nil {
		return err
	}
	parts := strings.Split(w["draws"], " + ")
	if w["draws"] == "" {
		parts = nil
	}
	var sum license.Tokens
	for _, part := range parts {
		d := words{"tokens": w["tokens"]}
		if m := match("<pack> <tokens>", part); m != nil && len(parts) > 1 {
			d = m
		} else if m = match("<pack>", part); m != nil && len(parts) == 1 {
			d["pack"] = m["pack"]
		} else {
			return fmt.Errorf("%q is not a pack with its part, such as small 3 + big 4", part)
		}
		draw := license.Draw{Pack: d["pack"]}
		if err := d.tokens("tokens", &draw.Tokens); err != nil {
			return err
		}
		sum += draw.Tokens
		o.Draws = append(o.Draws, draw)
	}
	if sum != o.Tokens {
		return fmt.Errorf("the packs' parts make up %s, not %s", number(sum), number(o.Tokens))
	}
	return nil
}

// tokens reads amounts: names of holes and where to put them.
func (w words) tokens(pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		text, ok := w[pairs[i].(string)]
		if !ok {
			continue
		}
		n, err := thousandths(text)
		if err != nil {
			return err
		}
		*pairs[i+1].(*license.Tokens) = license.Tokens(n)
	}
	return nil
}

func (w words) instant(name string, now license.Instant, to *license.Instant) (err error) {
	*to, err = instant(w[name], now)
	return err
}

// String is the outcome as a story would say it, with full dates. Equal outcomes give equal words.
func (o Outcome) String() string {
	var parts []string
	say := func(is bool, format string, args ...any) {
		if is {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	say(o.Error != "", "error %s", o.Error)
	say(o.Import != "", "%s", o.Import)
	say(o.Refused != "", "refused %s", o.Refused)
	say(o.Covered == "tokens" && o.Held == 0, "tokens %s%s", number(o.Tokens), o.packs())
	say(o.Covered != "tokens" && o.Covered != "", "%s", o.Covered)
	say(o.Held != 0, "held %s", number(o.Held))
	say(o.Until != 0, "until %s", show(o.Until))
	say(o.LeaseUntil != 0 && o.LeaseUntil != o.Until, "lease until %s", show(o.LeaseUntil))
	say(o.Needs != 0 || o.Has != 0, "needs %s has %s", number(o.Needs), number(o.Has))
	say(o.Leaves != 0, "leaves %s", number(o.Leaves))
	say(o.Charged != 0, "charged %s", number(o.Charged))
	say(o.Returned != 0, "returned %s", number(o.Returned))
	say(o.Reversed != 0, "reversed %s", number(o.Reversed))
	say(o.Expires != 0, "expires %s", show(o.Expires))
	say(o.State != "", "request %s", o.State)
	say(o.Rate != 0, "rate %s", number(o.Rate))
	say(o.Left != "", "left %s", o.Left)
	for _, name := range figures {
		n, ok := o.Figures[name]
		say(ok, "%s %s", name, number(n))
	}
	if len(parts) == 0 {
		return "done"
	}
	return strings.Join(parts, ", ")
}

// figures are the names of what ShowBalance and ShowPack show.
var figures = []string{"balance", "left", "held", "used", "drawn", "expired", "withdrawn"}

func (o Outcome) packs() string {
	if len(o.Draws) == 1 {
		return " from " + o.Draws[0].Pack
	}
	var parts []string
	for _, d := range o.Draws {
		parts = append(parts, d.Pack+" "+number(d.Tokens))
	}
	if parts == nil {
		return ""
	}
	return " from " + strings.Join(parts, " + ")
}

// complete checks that a line expects all that its action answers.
func (o *Outcome) complete(do any) error {
	need := func(words ...string) error {
		for _, w := range words {
			if !o.said[w] {
				return fmt.Errorf("the line expects no %q", w)
			}
		}
		return nil
	}
	covered := slices.ContainsFunc([]string{"tokens", "seat", "floating", "trial", "free", "held"}, func(w string) bool { return o.said[w] })
	switch {
	case o.Error != "":
		return nil
	case o.Refused == string(license.CodeTokensInsufficient):
		return need("needs")
	case o.Refused != "":
		return nil
	}
	switch do := do.(type) {
	case license.Open, license.Renew:
		if !covered {
			return fmt.Errorf("the line expects neither a grant nor a refusal")
		}
		return need("until")
	case license.StartJob:
		if !covered {
			return fmt.Errorf("the line expects neither a hold nor a refusal")
		}
		if do.DryRun {
			return need("until", "needs")
		}
		return need("until")
	case license.EndJob:
		return need("charged", "returned")
	case license.BuyPack:
		return need("expires")
	case license.Ask:
		return need("request", "rate")
	case Approve, Decline:
		return need("request")
	case license.Withdraw, Move:
		return need("tokens")
	case Import:
		return need("added")
	}
	return nil
}

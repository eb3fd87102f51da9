package main

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/daypass/daypass/api"
)

// gist is what the line of an entry tells of its fields. Each kind of entry has some of them.
type gist struct {
	Request, ID, Group, User, Team, Product, Collection, What, Service, Pack, Job, Session, From, To, Reason string

	Role api.Role

	Plan      api.Plan
	Traded    int
	Gained    *gist
	Code      api.Code
	Seats     int
	Size      *api.Tokens
	Tokens    *api.Tokens
	Draws     []api.Draw
	Charged   []api.Draw
	Returned  []api.Draw
	Reversed  *api.Charge
	Joins     []gist
	Suspended *bool
	Days      int
	Passes    int
	List      *api.FlexRequest
	Users     []string
	Gift      *api.Gift
}

// about is an entry in a few words; what it says in full is in --json.
func about(e api.Entry) string {
	var g gist
	if err := json.Unmarshal(e.Fields, &g, json.MatchCaseInsensitiveNames(true)); err != nil {
		return ""
	}
	return g.String()
}

func (g gist) String() string {
	words := []string{g.Request, g.ID, g.Team, g.Group, g.User, g.Product, g.Collection, g.What, g.Service, g.Pack, g.Job, roleWords(g.Role)}
	if g.User == "" && g.Job == "" {
		words = append(words, g.Session)
	}
	words = append(words, string(g.Plan))
	words = append(words, g.moved()...)
	if g.Code != "" && g.Code != api.CodeTokensCharged {
		words = append(words, string(g.Code))
	}
	for _, j := range g.Joins {
		words = append(words, j.User+" "+j.Product)
	}
	if g.Days > 0 {
		words = append(words, count(g.Days, "day", "days"))
	}
	if g.Passes > 0 {
		words = append(words, count(g.Passes, "pass", "passes"))
	}
	if g.Suspended != nil && !*g.Suspended {
		words = append(words, "resumed")
	}
	if g.List != nil {
		words = append(words, string(g.List.Mode), list(g.List.Products, ""))
	}
	if g.Gift != nil {
		words = append(words, g.Gift.What)
	}
	if len(g.Users) > 0 {
		words = append(words, count(len(g.Users), "user", "users"))
	}
	return list(filled(append(words, prefixed("from ", g.From), prefixed("to ", g.To), g.Reason)), "")
}

// moved are the amounts of an entry.
func (g gist) moved() (words []string) {
	if g.Seats > 0 {
		words = append(words, count(g.Seats, "seat", "seats"))
	}
	if g.Gained != nil {
		words = append(words, fmt.Sprintf("%d traded for %s", g.Traded, g.Gained))
	}
	if g.Size != nil {
		words = append(words, tokens(*g.Size))
	}
	if g.Tokens != nil {
		words = append(words, tokens(*g.Tokens))
	}
	words = append(words, draws(g.Draws), suffixed(draws(g.Charged), " charged"), suffixed(draws(g.Returned), " returned"))
	if g.Reversed != nil {
		words = append(words, tokens(g.Reversed.Tokens)+" back")
	}
	return words
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func suffixed(s, suffix string) string {
	if s == "" {
		return ""
	}
	return s + suffix
}

// filled leaves out what is empty.
func filled(words []string) (rest []string) {
	for _, w := range words {
		if strings.TrimSpace(w) != "" {
			rest = append(rest, w)
		}
	}
	return rest
}

package server

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// tags are the chapters of the document, in their order.
var tags = []*huma.Tag{
	{Name: "Products", Description: "What a vendor's product asks: opening, renewing and closing sessions, and jobs of metered services."},
	{Name: "Users", Description: "The people of a team, and what they may open."},
	{Name: "Rules", Description: "What a team decides for all its users: default assignments, limits, settings."},
	{Name: "Tokens", Description: "Packs, the balance, and the ledger that both come from."},
	{Name: "Operator", Description: "The catalogue, the teams, their subscriptions and keys, the clock."},
	{Name: "Server", Description: "Its health, and this document."},
}

// chapters put rows into chapters by a part of their path; the first that fits counts.
var chapters = []struct{ part, tag string }{
	{"/sessions", "Products"}, {"/jobs", "Products"}, {"/v1/keys", "Products"},
	{"/users", "Users"}, {"/hand-over", "Users"}, {"/invitations", "Users"},
	{"/requests", "Users"},
	{"/flex", "Rules"}, {"/limits", "Rules"}, {"/settings", "Rules"},
	{"/packs", "Tokens"}, {"/grants", "Tokens"}, {"/moves", "Tokens"}, {"/balance", "Tokens"}, {"/ledger", "Tokens"},
	{"/v1/", "Operator"},
	{"/", "Server"},
}

func (r *route) tag() string {
	for _, c := range chapters {
		if strings.Contains(r.path, c.part) {
			return c.tag
		}
	}
	return ""
}

package main

import (
	"strings"

	"github.com/daypass/daypass/api"
)

// reasons say for people why something was granted.
var reasons = map[api.Code]string{
	api.CodeFree:          "the product is free.",
	api.CodeSeat:          "a seat covers it.",
	api.CodeFloatingSeat:  "a floating seat covers it.",
	api.CodeTrial:         "a trial covers it.",
	api.CodePassLive:      "a pass that tokens paid for still runs.",
	api.CodeTokensCharged: "tokens pay for a day.",
	api.CodeTokensHeld:    "tokens are held for the job.",
}

// remediesOf say which command changes a refusal; USER and PRODUCT stand for what was asked.
var remediesOf = map[api.Code]string{
	api.CodeProductUnknown:     "look it up: daypass catalog show",
	api.CodeProductRetired:     "open what replaces it: daypass catalog show",
	api.CodeVersionUnsupported: "name a version that is supported with --version: daypass catalog show --json lists them",
	api.CodeUserUnknown:        "add the user: daypass user add EMAIL --name NAME",
	api.CodeUserInactive:       "add the user again: daypass user add EMAIL --name NAME --id USER",
	api.CodeTeamSuspended:      "the operator can resume the team: daypass team resume TEAM",
	api.CodeFlexNotAssigned:    "let tokens open products: daypass assign USER flex; or give a seat: daypass assign USER PRODUCT",
	api.CodeProductNotInFlex:   "give a seat: daypass assign USER PRODUCT",
	api.CodeProductExcluded:    "let tokens open it: daypass flex set --only PRODUCT,... or --all; or ask: daypass request add PRODUCT --user USER",
	api.CodeLimitReached:       "wait for the next day, week or month, or have an admin raise the limit: daypass limit list",
	api.CodeTokensInsufficient: "buy tokens: daypass pack buy 500",
	api.CodeDevicesExceeded:    "close it on a device: daypass close SESSION",
	api.CodeIdle:               "renew when it is used again: daypass renew SESSION",
}

// advice says what to do about a refusal.
func (r *remote) advice(code api.Code, user, product string) string {
	pairs := []string{}
	for word, value := range map[string]string{"USER": user, "PRODUCT": product, "TEAM": r.team} {
		if value != "" {
			pairs = append(pairs, word, value)
		}
	}
	return strings.NewReplacer(pairs...).Replace(remediesOf[code])
}

package torture

import (
	"hash/maphash"
	"slices"
	"strconv"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/daypass/daypass/api"
)

// searchFor bounds one search for a linearization: with many outcomes unknown at the same time there are too many orders.
const searchFor = 20 * time.Second

// linear searches the history for an order of its operations that explains every answer. It knows what customers saw
// and when, and nothing of positions and ledgers.
func (m *matched) linear(n *counts) {
	m.search(n, "one pass at a time", passModel, m.Ops)
	if m.Simple {
		m.search(n, "one balance", balanceModel, m.Ops)
	}
}

func (m *matched) search(n *counts, what string, model porcupine.Model, ops []*op) {
	var list []porcupine.Operation
	for _, o := range ops {
		if o.Known && o.Answer.Problem == "" && concerns(what, o.Ask) {
			list = append(list, porcupine.Operation{ClientId: o.Customer, Input: o, Output: o, Call: int64(o.Call), Return: int64(o.Return)})
		}
	}
	switch result := porcupine.CheckOperationsTimeout(model, list, searchFor); result {
	case porcupine.Illegal:
		m.find("linear", "%s: no order of the %d operations explains what was answered", what, len(list))
	case porcupine.Unknown:
		n.add(countGaveUp, 1)
	}
	n.add(countSearched, len(list))
}

// concerns says which operations a search looks at.
func concerns(what string, a ask) bool {
	if what == "one balance" {
		return a.Verb != closes
	}
	_, plainly := plain[a.Product]
	return plainly && (a.Verb == closes || a.Verb == opens && !a.Again)
}

// pass is what a user and product have: the pass that is live, "" for none.
var passModel = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := map[string][]porcupine.Operation{}
		for _, o := range history {
			use := o.Input.(*op).Ask.User + " " + o.Input.(*op).Ask.Product
			parts[use] = append(parts[use], o)
		}
		list := make([][]porcupine.Operation, 0, len(parts))
		for _, part := range parts {
			list = append(list, part)
		}
		return list
	},
	Init: func() any { return "" },
	Step: func(state, _, output any) (bool, any) {
		live, a := state.(string), output.(*op).Answer
		switch {
		case output.(*op).Ask.Verb == closes:
			return a.Returned == 0 || live != "", map[bool]string{true: live, false: ""}[a.Returned == 0]
		case a.Charge != nil:
			return live == "", a.Pass
		case a.Outcome == api.OutcomeGranted:
			return live == a.Pass, live
		case a.Code == api.CodeTokensInsufficient, a.Code == api.CodeFlexNotAssigned:
			return live == "", live
		}
		return true, live
	},
}

// account is what a small team has: its tokens, and who has a live pass of what.
type account struct {
	available api.Tokens
	live      [8]uint64 // a bit for each user and product
}

var hashSeed = maphash.MakeSeed()

var balanceModel = porcupine.Model{
	Init: func() any { return account{available: 100 * api.Whole} },
	Step: func(state, _, output any) (bool, any) {
		s, o := state.(account), output.(*op)
		// What changes nothing answers with the balance of that moment. A change can be answered later than it happened,
		// when the server had to find out first whether its commit was kept.
		b, changes := o.Answer.Balance, o.Answer.Outcome == api.OutcomeGranted && !o.Ask.Again
		ok := s.step(o) && (b == nil || changes || s.available == *b)
		return ok, s
	},
	Hash: func(state any) uint64 { return maphash.Comparable(hashSeed, state.(account)) },
}

// step does an operation, and reports whether its answer is right.
func (s *account) step(o *op) bool {
	a := o.Answer
	switch o.Ask.Verb {
	case opens:
		return s.open(o)
	case buys:
		s.available += o.Ask.Tokens
		return true
	case starts:
		cost := renderingCost(o.Ask.Quantity)
		if a.Outcome == api.OutcomeRefused {
			return s.available < cost
		}
		s.available -= cost
		return s.available >= 0 && a.Held == cost
	case completes, cancels:
		s.available += a.Returned
		return a.Charged == renderingCost(o.Ask.Quantity)
	}
	return a.Account.Available == s.available
}

// renderingCost is rounded up to a thousandth.
func renderingCost(q api.Quantity) api.Tokens {
	return (renderingRate*api.Tokens(q) + api.Whole - 1) / api.Whole
}

func (s *account) open(o *op) bool {
	user, err := strconv.Atoi(o.Ask.User[1:])
	bit := user*len(plainCodes) + slices.Index(plainCodes, o.Ask.Product)
	word, mask, price := &s.live[bit/64], uint64(1)<<(bit%64), plain[o.Ask.Product]
	live := *word&mask != 0
	switch a := o.Answer; {
	case err != nil:
		return false
	case o.Ask.Again:
		return live
	case a.Outcome == api.OutcomeRefused:
		return !live && s.available < price
	case a.Charge == nil:
		return live
	}
	*word |= mask
	s.available -= price
	return !live && s.available >= 0 && o.Answer.Charge.Tokens == price
}

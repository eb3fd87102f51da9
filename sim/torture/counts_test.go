package torture

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// count is something that is counted in a run.
type count int

// In the order in which they are printed.
const (
	countSeconds count = iota
	countRounds
	countHistories
	countOperations
	countRequests
	countEntries
	countLongest
	countKills
	countStillborn
	countTerms
	countStarts
	countPauses
	countImmediate
	countPostmaster
	countCutBefore
	countCutAfter
	countCutAnswer
	countCutLate
	countResets
	countDelays
	countHolds
	countUnknown
	countPending
	countForgotten
	countKeys
	countCatalogs
	countSearched
	countGaveUp
	countReady
	countViolations
	countKinds
)

var countNames = [countKinds]string{
	countSeconds:    "seconds of faults",
	countRounds:     "rounds",
	countHistories:  "histories",
	countOperations: "operations",
	countRequests:   "requests, repeated ones included",
	countEntries:    "ledger entries",
	countLongest:    "operations of the longest history",
	countKills:      "servers killed (`kill -9`)",
	countStillborn:  "of them once more while starting",
	countTerms:      "servers told to end (SIGTERM)",
	countStarts:     "server starts",
	countPauses:     "servers paused (SIGSTOP)",
	countImmediate:  "PostgreSQL stopped with `-m immediate`",
	countPostmaster: "postmaster killed (`kill -9`)",
	countCutBefore:  "commits cut before they were forwarded",
	countCutAfter:   "commits cut right after they were forwarded",
	countCutAnswer:  "commits whose answer was cut",
	countCutLate:    "commits that arrived after their line was cut",
	countResets:     "times that all lines of a server broke",
	countDelays:     "times that they were slowed",
	countHolds:      "times that they stood still, unbroken",
	countUnknown:    "operations whose outcome was unknown at first, all resolved",
	countPending:    "of them only after all faults were over",
	countForgotten:  "sessions in a live pass forgotten with their server's memory",
	countKeys:       "keys revoked on one server and refused by all",
	countCatalogs:   "catalogues set on one server and read on another",
	countSearched:   "operations searched for a linearization",
	countGaveUp:     "searches given up after 20 seconds",
	countReady:      "milliseconds until all servers were ready after the last fault, at most",
	countViolations: "violations",
}

// counts are the totals of a run.
type counts [countKinds]atomic.Int64

func (c *counts) add(of count, n int) { c[of].Add(int64(n)) }

// most keeps the largest; one round is counted at a time.
func (c *counts) most(of count, n int64) { c[of].Store(max(c[of].Load(), n)) }

// table is the totals as a table of Markdown, without what cannot happen there.
func (c *counts) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| | |\n|---|---:|\n")
	for of, name := range countNames {
		if n := c[of].Load(); n > 0 || count(of) == countViolations {
			fmt.Fprintf(&b, "| %s | %s |\n", name, grouped(n))
		}
	}
	return b.String()
}

// grouped writes 1234567 as 1 234 567.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

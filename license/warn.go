package license

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// LimitState is how far a limit is used in its running period, for whom it was asked.
type LimitState struct {
	Limit
	// Used counts the charge that it was looked at with, unless that was refused. Left is never negative.
	Used Tokens `json:"used"`
	Left Tokens `json:"left"`
	// Ends is when the period ends.
	Ends Instant `json:"ends"`
	// crossed says that the charge went beyond a limit that only warns, and nothing before it in this period.
	crossed bool
}

// Exceeded reports whether more was spent than the limit says: it only warns, or was set lower since.
func (s *LimitState) Exceeded() bool { return s.Used > s.Tokens }

// limitsOn returns the limits that bound a charge, as they will be used with it, or the first that refuses it and all
// as they are without.
func (t *Team) limitsOn(u *User, product string, need Tokens, now Instant, o outlook) (limits []LimitState, full *Limit) {
	for i := range t.Limits {
		l := &t.Limits[i]
		if !l.applies(u, product) {
			continue
		}
		spent := t.spentIn(l, u.ID, product, now, o)
		if full == nil && l.Action == ActionRefuse && spent+need > l.Tokens {
			refusing := *l
			full = &refusing
		}
		s := LimitState{Limit: *l, Used: spent + need, Ends: t.zone.end(l.Period, now)}
		s.crossed = l.Action == ActionWarn && spent <= l.Tokens && s.Exceeded()
		limits = append(limits, s)
	}
	for i := range limits {
		s := &limits[i]
		if full != nil {
			s.Used, s.crossed = s.Used-need, false
		}
		s.Left = max(0, s.Tokens-s.Used)
	}
	return limits, full
}

// limitsOf returns how far the limits are used now that bounded what tokens paid for before.
func (t *Team) limitsOf(paid Source, user, product string, now Instant, o outlook) []LimitState {
	u := t.Users[user]
	if paid != SourceTokens || u == nil {
		return nil
	}
	limits, _ := t.limitsOn(u, product, 0, now, o)
	return limits
}

// NoticeLimitExceeded tells admins that more was spent than a limit says that only warns.
const NoticeLimitExceeded = "limit_exceeded"

// LimitNotice says which limit, and of whom: a limit of every user or product is exceeded by one of them.
type LimitNotice struct {
	Limit
	Used Tokens  `json:"used"` // in thousandths
	Ends Instant `json:"ends"`
}

// warnings are the notices of limits that a charge has gone beyond. A limit is told of once in a period, however
// often it is gone beyond.
func (t *Team) warnings(limits []LimitState, user, product string, now Instant) (notices []Notice) {
	for i := range limits {
		if s := &limits[i]; s.crossed {
			notices = append(notices, t.warning(s.Limit, s.key(user, product), s.Used, now))
		}
	}
	return notices
}

func (t *Team) warning(l Limit, key spentKey, used Tokens, now Instant) Notice {
	l.User, l.Product = key.user, key.product
	id := strings.Join([]string{"limit", string(l.Scope), key.group + key.user, key.product, string(l.Period),
		fmt.Sprint(t.periodsAt(now).of(l.Period)), fmt.Sprint(l.Tokens)}, "/")
	return Notice{ID: id, Kind: NoticeLimitExceeded, At: now, Body: LimitNotice{l, used, t.zone.end(l.Period, now)}}
}

// exceededBy are the notices of limits that warn, were not among old ones, and are exceeded already.
func (t *Team) exceededBy(old []Limit, now Instant) (notices []Notice) {
	for i := range t.Limits {
		l := &t.Limits[i]
		if l.Action != ActionWarn || slices.Contains(old, *l) {
			continue
		}
		for key, s := range t.counters() {
			if used := s.in(l.Period, t.periodsAt(now)); l.counts(key) && used > l.Tokens {
				notices = append(notices, t.warning(*l, key, used, now))
			}
		}
	}
	slices.SortFunc(notices, func(a, b Notice) int { return cmp.Compare(a.ID, b.ID) })
	return notices
}

// counts reports whether a counter is one of the limit's.
func (l *Limit) counts(key spentKey) bool {
	return l.key(key.user, key.product) == key &&
		(l.User == "" || l.User == key.user) && (l.Product == "" || l.Product == key.product) &&
		(key.user != "") == (l.Scope == ScopeUser || l.Scope == ScopeUserProduct) &&
		(key.product != "") == (l.Scope == ScopeProduct || l.Scope == ScopeUserProduct)
}

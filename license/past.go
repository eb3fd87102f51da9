package license

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"maps"
	"math"
	"slices"
)

// past are the sessions that ended more than a day ago and are still remembered (R14.3). A team has some twenty times as many
// of them as of others, and hardly anything is asked about them. So they are kept packed, those that ended in the same
// hour in one piece of memory in which the garbage collector has nothing to look at, and snapshots have them as they are.
//
// What is packed follows from the sessions alone: which hour each is in, and their order in it.
type past struct {
	hours map[int64]*pastHour
	index map[uint64]place // by the hash of the session's id
	same  map[string]place // of those whose hash another one has in index
	blunt uint64           // bits that hashes do not have, so that tests have such
	bytes int64            // of all hours
}

// pastHour are the sessions that ended in one hour.
type pastHour struct {
	Hour int64 `json:"hour"` // of UTC, since 1970
	// Packed are how many words there are, which are what many sessions have in common, such as products and packs; the
	// words; and the sessions by id, each behind its length.
	Packed []byte `json:"packed"`

	all, live int // sessions in Packed, and those of them that have not been taken out
}

// place is where a session begins. The hours reach for 200 000 years, and an hour for forty million sessions, which do not
// fit in memory before they are packed.
type place struct {
	hour int32
	at   uint32
}

const (
	mostHour   = math.MaxInt32
	mostPacked = math.MaxUint32
)

// packedAfter is after how many hours sessions are packed: what still happens to one that has ended, such as its closing the
// next morning, mostly happens within a day.
const packedAfter = 24

// ended is the hour in which a session ended, or will.
func (s *Session) ended() int64 { return s.Until.hour() }

// packs reports whether a session can be packed that ended before an hour.
func (s *Session) packs(before int64) bool {
	hour := s.ended()
	return hour < before && 0 <= hour && hour <= mostHour
}

var seed = maphash.MakeSeed()

func (p *past) hash(id string) uint64 { return maphash.String(seed, id) &^ p.blunt }

// find returns where a session is.
func (p *past) find(id string) (at place, found bool) {
	if at, found = p.index[p.hash(id)]; found && p.is(at, id) {
		return at, true
	}
	at, found = p.same[id]
	return at, found
}

// is reports whether it is this session that is at a place.
func (p *past) is(at place, id string) bool {
	r := p.hours[int64(at.hour)].from(at)
	r.number()
	return string(r.part()) == id
}

// get returns a session as it was packed, or nil.
func (p *past) get(id string) *Session {
	at, found := p.find(id)
	if !found {
		return nil
	}
	h := p.hours[int64(at.hour)]
	one := h.from(at)
	one.words = h.reader().words
	one.number()
	return one.session(h.begins())
}

// drop takes a session out.
func (p *past) drop(id string) {
	at, found := p.find(id)
	if !found {
		return
	}
	p.forgetPlace(id)
	h := p.hours[int64(at.hour)]
	if h.live--; h.live == 0 {
		p.remove(h)
	}
}

func (p *past) forgetPlace(id string) {
	if _, among := p.same[id]; among {
		delete(p.same, id)
		return
	}
	delete(p.index, p.hash(id))
}

// put notes the place of a session, unless it has one.
func (p *past) put(id string, at place) (put bool) {
	if p.index == nil {
		p.index, p.same = map[uint64]place{}, map[string]place{}
	}
	hash := p.hash(id)
	other, taken := p.index[hash]
	if !taken {
		p.index[hash] = at
		return true
	}
	if _, taken := p.same[id]; taken || p.is(other, id) {
		return false
	}
	p.same[id] = at
	return true
}

func (p *past) add(h *pastHour) {
	if p.hours == nil {
		p.hours = map[int64]*pastHour{}
	}
	p.hours[h.Hour] = h
	p.bytes += int64(cap(h.Packed))
}

func (p *past) remove(h *pastHour) {
	delete(p.hours, h.Hour)
	p.bytes -= int64(cap(h.Packed))
}

// left returns the sessions of an hour that have not been taken out.
func (p *past) left(h *pastHour) []*Session {
	left := make([]*Session, 0, h.live)
	h.each(func(at place, s *Session) {
		if now, found := p.find(s.ID); found && now == at {
			left = append(left, s)
		}
	})
	return left
}

// pack adds sessions that ended in an hour.
func (p *past) pack(hour int64, sessions []*Session) {
	if h := p.hours[hour]; h != nil {
		left := p.left(h)
		for _, s := range left {
			p.forgetPlace(s.ID)
		}
		p.remove(h)
		sessions = append(left, sessions...)
	}
	slices.SortFunc(sessions, func(a, b *Session) int { return cmp.Compare(a.ID, b.ID) })
	h := &pastHour{Hour: hour, all: len(sessions), live: len(sessions)}
	one, all := packer{words: map[string]uint64{}}, formWriter{}
	starts := make([]int, len(sessions))
	for i, s := range sessions {
		one.b, starts[i] = one.b[:0], len(all.b)
		one.session(s, h.begins())
		all.number(uint64(len(one.b)))
		all.b = append(all.b, one.b...)
	}
	words := one.said()
	h.Packed = slices.Concat(words, all.b)
	p.add(h)
	for i, s := range sessions {
		p.put(s.ID, place{int32(hour), uint32(len(words) + starts[i])})
	}
}

// forget drops the sessions that ended before an hour.
func (p *past) forget(before int64) {
	for hour, h := range p.hours {
		if hour < before {
			for _, s := range p.left(h) {
				p.forgetPlace(s.ID)
			}
			p.remove(h)
		}
	}
}

// saved returns what a snapshot has, without anything that was taken out.
func (p *past) saved() (hours []*pastHour) {
	for _, hour := range slices.Sorted(maps.Keys(p.hours)) {
		if h := p.hours[hour]; h.live < h.all {
			p.pack(hour, nil)
		}
		hours = append(hours, p.hours[hour])
	}
	return hours
}

// load takes over what saved returned, and reports whether it could have been that.
func (p *past) load(hours []*pastHour) bool {
	for i, h := range hours {
		if h.Hour < 0 || h.Hour > mostHour || len(h.Packed) > mostPacked || i > 0 && hours[i-1].Hour >= h.Hour {
			return false
		}
		p.add(h)
		h.all = 0
		last, good := "", true
		whole := h.each(func(at place, s *Session) {
			good = p.put(s.ID, at) && good && s.ended() == h.Hour && (h.all == 0 || last < s.ID)
			last = s.ID
			h.all++
		})
		if h.live = h.all; !whole || !good || h.all == 0 {
			return false
		}
	}
	return true
}

// check compares the hours with the index.
func (p *past) check() error {
	live := 0
	for _, h := range p.hours {
		live += h.live
	}
	if indexed := len(p.index) + len(p.same); live != indexed {
		return fmt.Errorf("%d sessions are packed and %d indexed", live, indexed)
	}
	return nil
}

// count is how many sessions are packed.
func (p *past) count() int { return len(p.index) + len(p.same) }

// size estimates their memory, in bytes.
func (p *past) size() int64 { return p.bytes + 32*int64(p.count()) }

func (h *pastHour) begins() Instant { return Instant(h.Hour) * Hour }

// from reads from a place on, without the words.
func (h *pastHour) from(at place) unpacker {
	return unpacker{formReader: formReader{b: h.Packed[at.at:]}}
}

// reader stands before the first session.
func (h *pastHour) reader() unpacker {
	r := h.from(place{})
	n := r.number()
	for ; n > 0 && !r.bad; n-- {
		r.words = append(r.words, r.inline())
	}
	return r
}

// each goes through the sessions in Packed, also those that were taken out, until something is damaged.
func (h *pastHour) each(do func(place, *Session)) (whole bool) {
	r := h.reader()
	for len(r.b) > 0 {
		at := place{int32(h.Hour), uint32(len(h.Packed) - len(r.b))}
		one := unpacker{formReader{b: r.part()}, r.words}
		s := one.session(h.begins())
		if r.bad || one.bad || len(one.b) > 0 {
			return false
		}
		do(at, s)
	}
	return !r.bad
}

// packer writes sessions.
type packer struct {
	formWriter
	words map[string]uint64 // their numbers, from 0
}

func (w *packer) signed(n int64) { w.b = binary.AppendVarint(w.b, n) }

func (w *packer) inline(s string) {
	w.number(uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *packer) word(s string) {
	n, known := w.words[s]
	if !known {
		n = uint64(len(w.words))
		w.words[s] = n
	}
	w.number(n)
}

// said returns the words that sessions were written with.
func (w *packer) said() []byte {
	words := make([]string, len(w.words))
	for word, n := range w.words {
		words[n] = word
	}
	all := packer{}
	all.number(uint64(len(words)))
	for _, word := range words {
		all.inline(word)
	}
	return all.b
}

// unpacker reads them.
type unpacker struct {
	formReader
	words []string
}

// part is what stands behind its length.
func (r *unpacker) part() []byte {
	n := r.number()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	return r.bytes(int(n))
}

func (r *unpacker) inline() string { return string(r.part()) }

func (r *unpacker) word() string {
	n := r.number()
	if n >= uint64(len(r.words)) {
		r.bad, r.b = true, nil
		return ""
	}
	return r.words[n]
}

// session appends a session: instants from the beginning of the hour in which it ended or from each other, so that most
// take few bytes.
func (w *packer) session(s *Session, hour Instant) {
	f := &s.First
	w.inline(s.ID)
	w.inline(s.User)
	w.word(s.Product)
	w.word(s.Version)
	w.inline(s.Device)
	w.signed(int64(s.Until - hour))
	w.signed(int64(s.Pass))
	w.signed(int64(s.Reversed))
	w.signed(int64(s.Closed))
	w.signed(int64(f.At - hour))
	w.word(string(f.Code))
	w.word(string(f.Source))
	w.signed(f.Pass - s.Pass)
	w.signed(int64(f.From - f.At))
	w.signed(int64(f.Until - f.From))
	w.signed(int64(f.LeaseUntil - f.Until))
	w.charge(f.Charge, f.Pass)
}

// session reads what session appended.
func (r *unpacker) session(hour Instant) *Session {
	s := &Session{ID: r.inline(), User: r.inline(), Product: r.word(), Version: r.word(), Device: r.inline(),
		Until: hour + Instant(r.signed()), Pass: r.signed(), Reversed: Tokens(r.signed()), Closed: Instant(r.signed())}
	f := &s.First
	f.At = hour + Instant(r.signed())
	f.Code = Code(r.word())
	f.Source = Source(r.word())
	f.Pass = s.Pass + r.signed()
	f.From = f.At + Instant(r.signed())
	f.Until = f.From + Instant(r.signed())
	f.LeaseUntil = f.Until + Instant(r.signed())
	f.Charge = r.charge(f.Pass)
	return s
}

// charge appends a charge, or that there is none: answers tell a list that is empty from one that is not there.
func (w *packer) charge(c *Charge, pass int64) {
	switch {
	case c == nil:
		w.number(0)
		return
	case c.Draws == nil:
		w.number(1)
	default:
		w.number(uint64(len(c.Draws)) + 2)
	}
	w.signed(int64(c.ID) - pass)
	w.signed(int64(c.Tokens))
	for _, d := range c.Draws {
		w.word(d.Pack)
		w.signed(int64(d.Tokens))
	}
}

func (r *unpacker) charge(pass int64) *Charge {
	n := r.number()
	if n == 0 || n > uint64(len(r.b))+2 {
		r.bad = r.bad || n != 0
		return nil
	}
	id, tokens := ChargeID(pass+r.signed()), Tokens(r.signed())
	if n == 1 {
		return &Charge{ID: id, Tokens: tokens}
	}
	draws := make([]Draw, n-2)
	for i := range draws {
		draws[i] = Draw{r.word(), Tokens(r.signed())}
	}
	return &Charge{ID: id, Tokens: tokens, Draws: draws}
}

package license

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
)

// remembered are all sessions of a team, all jobs, or all first answers to requests that had a key: from when they begin
// until their retention has passed (R14.3). A team has some twenty times as many that ended more than a day ago as others, and
// hardly anything is asked about them. So they are stowed: those that ended in the same hour are one piece of memory in which
// the garbage collector has nothing to look at, and snapshots have it as it is.
//
// How they are stowed follows from them alone: which hour each is in, and their order in it.
type remembered[T lasting] struct {
	what string       // it is, for who reads of a mistake
	here map[string]T // those that are not stowed, by id: the team's own map
	due  agenda[T]    // these by the hour in which they end, or seemed to end
	read func(*stowReader, Instant) T

	hours map[int64]*stowedHour
	index map[uint64]place // by the hash of the id
	same  map[string]place // of those whose hash another one has in index
	blunt uint64           // bits that hashes do not have, so that tests have such
	bytes int64            // of all hours
}

func newRemembered[T lasting](what string, here map[string]T, read func(*stowReader, Instant) T) remembered[T] {
	return remembered[T]{what: what, here: here, due: agenda[T]{}, read: read}
}

// lasting is what is remembered for some time after its end, lest a late request has a second effect.
type lasting interface {
	comparable
	id() string
	end() Instant                      // when it ended, or will at the latest
	ended() bool                       // whether only time passes for it
	write(w *stowWriter, hour Instant) // all but the id; hour is the one in which it ended
}

func (s *Session) id() string   { return s.ID }
func (s *Session) end() Instant { return s.Until }
func (s *Session) ended() bool  { return true }

func (j *Job) id() string  { return j.ID }
func (j *Job) ended() bool { return j.State != JobHeld }

func (r *Receipt) id() string   { return r.Key }
func (r *Receipt) end() Instant { return r.At }
func (r *Receipt) ended() bool  { return true }

// memory is what can be done with all that is remembered of a team, whatever it is.
type memory interface {
	stowOld(now Instant)
	stowAllOld(now Instant)
	check() error
	checkForgotten(now Instant) error
	count() int
	size() int64
}

func (t *Team) memories() [3]memory { return [...]memory{&t.sessions, &t.jobs, &t.receipts} }

// stowedHour are those that ended in one hour.
type stowedHour struct {
	Hour int64 `json:"hour"` // of UTC, since 1970
	// Stowed are how many words there are, which are what many have in common, such as products and packs; the words; and
	// all by id, each behind its length.
	Stowed []byte `json:"stowed"`

	all, live int // how many are in Stowed, and how many of them have not been taken out
}

// place is where one begins. The hours reach for 200 000 years, and an hour for forty million, which do not fit in memory
// before they are stowed.
type place struct {
	hour int32
	at   uint32
}

const (
	mostHour   = math.MaxInt32
	mostStowed = math.MaxUint32
)

// stowedAfter is after how many hours sessions and jobs are stowed: what still happens to a session that has ended, such as
// its closing the next morning, mostly happens within a day.
const stowedAfter = 24

// lapsedBefore is the hour before which all has ended that is not remembered any more.
func lapsedBefore(now Instant) int64 { return (now - Retention).hour() }

// keep remembers one from now on.
func (m *remembered[T]) keep(one T) {
	m.drop(one.id()) // the same, or one that is over
	m.here[one.id()] = one
	m.await(one)
}

// await notes when one can be stowed. Should it end sooner than it seems now, it is stowed later than it could be, unless it
// is noted again.
func (m *remembered[T]) await(one T) { m.due.add(one.end().hour(), one) }

// wake makes what get returned the one that is remembered, so that it can be changed.
func (m *remembered[T]) wake(one T) {
	if m.here[one.id()] != one {
		m.keep(one)
	}
}

// get returns one, or nil. Of one that is stowed it is a copy.
func (m *remembered[T]) get(id string) T {
	if one, here := m.here[id]; here {
		return one
	}
	return m.stowed(id)
}

// stowable reports whether one can be stowed that ended before an hour.
func stowable[T lasting](one T, before int64) bool {
	hour := one.end().hour()
	return one.ended() && hour < before && 0 <= hour && hour <= mostHour
}

// stowOld stows those that are due and ended long enough ago, and forgets those that no question can be about any more.
func (m *remembered[T]) stowOld(now Instant) {
	lapsed, before := lapsedBefore(now), now.hour()-stowedAfter
	m.forget(lapsed)
	old := map[int64][]T{}
	for _, one := range m.due.take(before) {
		hour := one.end().hour()
		switch {
		case m.here[one.id()] != one: // another has its id by now, or it was noted twice
		case hour < lapsed && one.ended():
			delete(m.here, one.id())
		case stowable(one, before):
			delete(m.here, one.id())
			old[hour] = append(old[hour], one)
		default:
			m.await(one)
		}
	}
	for hour, some := range old {
		m.stow(hour, some)
	}
}

// stowAllOld looks at all for those that ended long enough ago, so that what is stowed follows from the state alone.
func (m *remembered[T]) stowAllOld(now Instant) {
	clear(m.due)
	for _, one := range m.here {
		m.await(one)
	}
	m.stowOld(now)
}

// checkForgotten looks at all for what is over.
func (m *remembered[T]) checkForgotten(now Instant) error {
	for id, one := range m.here {
		if one.ended() && one.end().hour() < lapsedBefore(now) {
			return fmt.Errorf("%s %s is remembered, and was over at %d", m.what, id, one.end())
		}
	}
	for hour := range m.hours {
		if hour < lapsedBefore(now) {
			return fmt.Errorf("each %s that ended in hour %d is remembered", m.what, hour)
		}
	}
	return nil
}

// hash need not be hard to guess: whoever makes many ids with the same hash only fills same.
func (m *remembered[T]) hash(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	return h.Sum64() &^ m.blunt
}

// find returns where one is.
func (m *remembered[T]) find(id string) (at place, found bool) {
	if at, found = m.index[m.hash(id)]; found && m.is(at, id) {
		return at, true
	}
	at, found = m.same[id]
	return at, found
}

// is reports whether it is this one that is at a place.
func (m *remembered[T]) is(at place, id string) bool {
	r := m.hours[int64(at.hour)].from(at)
	r.number()
	return string(r.part()) == id
}

// stowed returns a copy of one that is stowed, or nil.
func (m *remembered[T]) stowed(id string) (one T) {
	at, found := m.find(id)
	if !found {
		return one
	}
	h := m.hours[int64(at.hour)]
	r := h.from(at)
	r.words = h.reader().words
	r.number()
	return m.read(&r, h.begins())
}

// drop takes one out.
func (m *remembered[T]) drop(id string) {
	at, found := m.find(id)
	if !found {
		return
	}
	m.forgetPlace(id)
	h := m.hours[int64(at.hour)]
	if h.live--; h.live == 0 {
		m.remove(h)
	}
}

func (m *remembered[T]) forgetPlace(id string) {
	if _, among := m.same[id]; among {
		delete(m.same, id)
		return
	}
	delete(m.index, m.hash(id))
}

// put notes the place of one, unless it has one.
func (m *remembered[T]) put(id string, at place) (put bool) {
	if m.index == nil {
		m.index, m.same = map[uint64]place{}, map[string]place{}
	}
	hash := m.hash(id)
	other, taken := m.index[hash]
	if !taken {
		m.index[hash] = at
		return true
	}
	if _, taken := m.same[id]; taken || m.is(other, id) {
		return false
	}
	m.same[id] = at
	return true
}

func (m *remembered[T]) add(h *stowedHour) {
	if m.hours == nil {
		m.hours = map[int64]*stowedHour{}
	}
	m.hours[h.Hour] = h
	m.bytes += int64(cap(h.Stowed))
}

func (m *remembered[T]) remove(h *stowedHour) {
	delete(m.hours, h.Hour)
	m.bytes -= int64(cap(h.Stowed))
}

// left returns those of an hour that have not been taken out.
func (m *remembered[T]) left(h *stowedHour) []T {
	left := make([]T, 0, h.live)
	m.each(h, func(at place, one T) {
		if now, found := m.find(one.id()); found && now == at {
			left = append(left, one)
		}
	})
	return left
}

// stow adds some that ended in an hour.
func (m *remembered[T]) stow(hour int64, some []T) {
	if h := m.hours[hour]; h != nil {
		left := m.left(h)
		for _, one := range left {
			m.forgetPlace(one.id())
		}
		m.remove(h)
		some = append(left, some...)
	}
	slices.SortFunc(some, func(a, b T) int { return cmp.Compare(a.id(), b.id()) })
	h := &stowedHour{Hour: hour, all: len(some), live: len(some)}
	w, body := stowWriter{words: map[string]uint64{}}, formWriter{}
	starts := make([]int, len(some))
	for i, one := range some {
		w.b, starts[i] = w.b[:0], len(body.b)
		w.inline(one.id())
		one.write(&w, h.begins())
		body.number(uint64(len(w.b)))
		body.b = append(body.b, w.b...)
	}
	words := w.said()
	h.Stowed = slices.Concat(words, body.b)
	m.add(h)
	for i, one := range some {
		m.put(one.id(), place{int32(hour), uint32(len(words) + starts[i])})
	}
}

// forget drops those that ended before an hour.
func (m *remembered[T]) forget(before int64) {
	for hour, h := range m.hours {
		if hour < before {
			for _, one := range m.left(h) {
				m.forgetPlace(one.id())
			}
			m.remove(h)
		}
	}
}

// saved returns what a snapshot has, without those that were taken out.
func (m *remembered[T]) saved() (hours []*stowedHour) {
	for _, hour := range slices.Sorted(maps.Keys(m.hours)) {
		if h := m.hours[hour]; h.live < h.all {
			m.stow(hour, nil)
		}
		hours = append(hours, m.hours[hour])
	}
	return hours
}

// load takes over what saved returned, beside those that are here, and reports whether it could have been that.
func (m *remembered[T]) load(hours []*stowedHour, here map[string]T) bool {
	m.here = here
	for i, h := range hours {
		if h.Hour < 0 || h.Hour > mostHour || len(h.Stowed) > mostStowed || i > 0 && hours[i-1].Hour >= h.Hour {
			return false
		}
		m.add(h)
		h.all = 0
		last, good := "", true
		whole := m.each(h, func(at place, one T) {
			good = m.put(one.id(), at) && good && one.end().hour() == h.Hour && one.ended() && (h.all == 0 || last < one.id())
			last = one.id()
			h.all++
		})
		if h.live = h.all; !whole || !good || h.all == 0 {
			return false
		}
	}
	for id, one := range here {
		if _, twice := m.find(id); twice {
			return false
		}
		m.await(one)
	}
	return true
}

// check compares the hours with the index.
func (m *remembered[T]) check() error {
	live := 0
	for _, h := range m.hours {
		live += h.live
	}
	if live != m.count() {
		return fmt.Errorf("of its %ss, %d are stowed and %d indexed", m.what, live, m.count())
	}
	return nil
}

// count is how many are stowed.
func (m *remembered[T]) count() int { return len(m.index) + len(m.same) }

// size estimates their memory, in bytes.
func (m *remembered[T]) size() int64 { return m.bytes + 32*int64(m.count()) }

func (h *stowedHour) begins() Instant { return Instant(h.Hour) * Hour }

// from reads from a place on, without the words.
func (h *stowedHour) from(at place) stowReader {
	return stowReader{formReader: formReader{b: h.Stowed[at.at:]}}
}

// reader stands before the first.
func (h *stowedHour) reader() stowReader {
	r := h.from(place{})
	n := r.number()
	for ; n > 0 && !r.bad; n-- {
		r.words = append(r.words, r.inline())
	}
	return r
}

// each goes through all in Stowed, also those that were taken out, until something is damaged.
func (m *remembered[T]) each(h *stowedHour, do func(place, T)) (whole bool) {
	r := h.reader()
	for len(r.b) > 0 {
		at := place{int32(h.Hour), uint32(len(h.Stowed) - len(r.b))}
		one := stowReader{formReader{b: r.part()}, r.words}
		read := m.read(&one, h.begins())
		if r.bad || one.bad || len(one.b) > 0 {
			return false
		}
		do(at, read)
	}
	return !r.bad
}

// stowWriter writes what is stowed.
type stowWriter struct {
	formWriter
	words map[string]uint64 // their numbers, from 0
}

func (w *stowWriter) signed(n int64) { w.b = binary.AppendVarint(w.b, n) }

func (w *stowWriter) inline(s string) {
	w.number(uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *stowWriter) word(s string) {
	n, known := w.words[s]
	if !known {
		n = uint64(len(w.words))
		w.words[s] = n
	}
	w.number(n)
}

// said returns the words.
func (w *stowWriter) said() []byte {
	words := make([]string, len(w.words))
	for word, n := range w.words {
		words[n] = word
	}
	all := stowWriter{}
	all.number(uint64(len(words)))
	for _, word := range words {
		all.inline(word)
	}
	return all.b
}

// length writes how many follow, or that there is no list: answers tell one that is empty from one that is not there.
func (w *stowWriter) length(n int, none bool) {
	if none {
		w.number(0)
		return
	}
	w.number(uint64(n) + 1)
}

// stowReader reads what stowWriter wrote.
type stowReader struct {
	formReader
	words []string
}

// part is what stands behind its length.
func (r *stowReader) part() []byte {
	n := r.number()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	return r.bytes(int(n))
}

func (r *stowReader) inline() string { return string(r.part()) }

func (r *stowReader) word() string {
	n := r.number()
	if n >= uint64(len(r.words)) {
		r.bad, r.b = true, nil
		return ""
	}
	return r.words[n]
}

// write implements lasting: instants from the beginning of the hour in which it ended or from each other, so that most take
// few bytes.
func (s *Session) write(w *stowWriter, hour Instant) {
	w.inline(s.User)
	w.word(s.Product)
	w.word(s.Version)
	w.inline(s.Device)
	w.signed(int64(s.Until - hour))
	w.signed(s.Pass)
	w.signed(int64(s.Reversed))
	w.signed(int64(s.Closed))
	f := &s.First
	w.signed(int64(f.At - hour))
	w.word(string(f.Code))
	w.word(string(f.Source))
	w.signed(f.Pass - s.Pass)
	w.signed(int64(f.From - f.At))
	w.signed(int64(f.Until - f.From))
	w.signed(int64(f.LeaseUntil - f.Until))
	w.charge(f.Charge, f.Pass)
}

// readSession reads an id and what was written behind it.
func readSession(r *stowReader, hour Instant) *Session {
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

// write implements lasting.
func (j *Job) write(w *stowWriter, hour Instant) {
	w.inline(j.User)
	w.word(j.Service)
	w.signed(int64(j.Quantity))
	w.signed(int64(j.Rate))
	w.word(string(j.Code))
	w.word(string(j.Source))
	w.draws(j.Draws)
	w.signed(int64(j.At - hour))
	w.signed(int64(j.ExpiresAt - j.At))
	w.length(len(j.Groups), j.Groups == nil)
	for _, group := range j.Groups {
		w.word(group)
	}
	w.word(string(j.State))
	w.signed(int64(j.EndedAt - hour))
	w.signed(int64(j.Used))
	w.charge(j.Charge, 0)
	w.signed(int64(j.Returned))
}

// readJob reads an id and what was written behind it.
func readJob(r *stowReader, hour Instant) *Job {
	j := &Job{ID: r.inline(), User: r.inline(), Service: r.word(), Quantity: Quantity(r.signed()), Rate: Tokens(r.signed()),
		Code: Code(r.word()), Source: Source(r.word()), Draws: r.draws(), At: hour + Instant(r.signed())}
	j.ExpiresAt = j.At + Instant(r.signed())
	if n, some := r.length(); some {
		j.Groups = make([]string, n)
	}
	for i := range j.Groups {
		j.Groups[i] = r.word()
	}
	j.State = JobState(r.word())
	j.EndedAt = hour + Instant(r.signed())
	j.Used = Quantity(r.signed())
	j.Charge = r.charge(0)
	j.Returned = Tokens(r.signed())
	return j
}

// write implements lasting.
func (r *Receipt) write(w *stowWriter, hour Instant) {
	w.signed(int64(r.At - hour))
	w.inline(r.Print)
	w.length(len(r.Answer), r.Answer == nil)
	w.b = append(w.b, r.Answer...)
}

// readReceipt reads an id and what was written behind it.
func readReceipt(r *stowReader, hour Instant) *Receipt {
	read := &Receipt{Key: r.inline(), At: hour + Instant(r.signed()), Print: r.inline()}
	if n, some := r.length(); some {
		read.Answer = slices.Clone(r.bytes(n))
	}
	return read
}

// charge writes a charge or that there is none, its number from another.
func (w *stowWriter) charge(c *Charge, from int64) {
	if c == nil {
		w.number(0)
		return
	}
	w.number(1)
	w.signed(int64(c.ID) - from)
	w.signed(int64(c.Tokens))
	w.draws(c.Draws)
}

func (r *stowReader) charge(from int64) *Charge {
	if r.number() == 0 {
		return nil
	}
	return &Charge{ID: ChargeID(from + r.signed()), Tokens: Tokens(r.signed()), Draws: r.draws()}
}

func (w *stowWriter) draws(draws []Draw) {
	w.length(len(draws), draws == nil)
	for _, d := range draws {
		w.word(d.Pack)
		w.signed(int64(d.Tokens))
	}
}

func (r *stowReader) draws() []Draw {
	n, some := r.length()
	if !some {
		return nil
	}
	draws := make([]Draw, n)
	for i := range draws {
		draws[i] = Draw{r.word(), Tokens(r.signed())}
	}
	return draws
}

package license

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// bigTeam is a team in which every user has Flex and a single-user seat of cad, shares the floating seats of bim, is in
// a pass of each and in one that tokens pay for.
func bigTeam(tb testing.TB, users, packs int) (*Team, *Catalog, Instant) {
	tb.Helper()
	var products []Product
	for i := range 200 {
		products = append(products, Product{Code: "p" + strconv.Itoa(i), Kind: Daily, Flex: true, Rates: []Rate{{Tokens: 7 * Token}}})
	}
	for _, code := range []string{"cad", "bim"} {
		products = append(products, Product{Code: code, Kind: Daily, Flex: true, Rates: []Rate{{Tokens: 7 * Token}}})
	}
	cat, err := NewCatalog(Catalog{Products: products})
	check(tb, err)
	now := Instant(1767600000000)
	t, _, err := CreateTeam(now, "operator", TeamCreated{Team: "big", Plan: Standard, Settings: DefaultSettings, PrimaryAdmin: "admin"})
	check(tb, err)
	for i := range packs {
		_, _, err := t.BuyPack(now, cat, BuyPack{Pack: fmt.Sprint("pack-", i), Size: MaxTokens / 1000})
		check(tb, err)
	}
	for id, s := range map[string]Subscription{"own": {What: "cad", Kind: SingleUser}, "shared": {What: "bim", Kind: MultiUser}} {
		s.ID, s.Seats, s.From, s.Until = id, users+1, now, now+400*Day
		_, err := t.AddSubscription(now, cat, Caller{}, s)
		check(tb, err)
	}
	var all []string
	for i := range users {
		all = append(all, user(i))
	}
	for _, what := range []string{FlexCode, "cad", "bim"} {
		_, _, err := t.Import(now, cat, Import{Users: all, What: what})
		check(tb, err)
	}
	for i, id := range all {
		for _, product := range []string{"cad", "bim", "p0"} {
			g, _, err := t.Open(now+Instant(i), cat, Open{Session: fmt.Sprint("s-", product, "-", i), User: id, Product: product, Device: "laptop-" + strconv.Itoa(i)})
			if check(tb, err); g.Outcome != Granted {
				tb.Fatalf("%s for %s: %+v", product, id, g)
			}
		}
	}
	return t, cat, now + Instant(users)
}

func user(i int) string { return "user-" + strconv.Itoa(i) }

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// The sizes that are compared: what is decided in the one is to take as long as in the other.
var sizes = []struct{ users, packs int }{{50, 2}, {50_000, 2}, {50_000, 2_000}}

// BenchmarkOpenInTeam is one opening that is paid by tokens, by a seat and by a floating seat, decided, encoded and checked
// as a server does.
func BenchmarkOpenInTeam(b *testing.B) {
	for _, size := range sizes {
		t, cat, now := bigTeam(b, size.users, size.packs)
		for _, product := range []string{"p1", "cad", "bim"} {
			b.Run(fmt.Sprintf("users=%d/packs=%d/%s", size.users, size.packs, product), func(b *testing.B) {
				n := 0
				for b.Loop() {
					n++
					o := Open{Session: fmt.Sprint(product, n), User: user(n % size.users), Product: product, Device: "laptop-" + strconv.Itoa(n%size.users)}
					if product == "p1" { // another product each time, so that each is charged
						o.Product = "p" + strconv.Itoa(1+n/size.users%199)
					}
					_, effect, err := t.Open(now, cat, o)
					check(b, err)
					for _, e := range effect.Entries {
						_, err := e.Encode()
						check(b, err)
					}
					t.Available(now)
					check(b, t.CheckPacks())
				}
			})
		}
	}
}

// BenchmarkRemembered is a team of a thousand users, each of whom opens three products in the eight hours of every day, when
// as many sessions are forgotten as begin.
func BenchmarkRemembered(b *testing.B) {
	const users, days = 1000, 46
	for b.Loop() {
		before := inUse()
		t, cat, now := bigTeam(b, users, 2)
		midnight := Instant(now.date()+1) * Day
		for n := range days * 3 * users {
			day, of := n/(3*users), n%(3*users)
			at := midnight + Instant(day)*Day + 8*Hour + Instant(of)*8*Hour/(3*users)
			i, product := of%users, []string{"cad", "bim", "p0"}[of/users]
			g, _, err := t.Open(at, cat, Open{Session: fmt.Sprintf("ses-%08d%016d", i, n), User: user(i), Product: product, Device: "laptop-" + strconv.Itoa(i)})
			if check(b, err); g.Outcome != Granted {
				b.Fatalf("%+v", g)
			}
		}
		sessions := len(t.Sessions) + t.sessions.count()
		b.ReportMetric(float64(inUse()-before)/float64(sessions), "B/session")
		timed(b, "collect-ms", runtime.GC)
		var body []byte
		timed(b, "save-ms", func() { body, _ = t.Save() })
		b.ReportMetric(float64(len(body))/float64(sessions), "snapshot-B/session")
		timed(b, "load-ms", func() {
			_, err := LoadTeam(body)
			check(b, err)
		})
		due := len(t.Sessions)
		begin := time.Now()
		t.stowOld(t.Last + 3*Day)
		b.ReportMetric(float64(time.Since(begin).Nanoseconds())/float64(due), "ns/stowed")
		b.ReportMetric(0, "ns/op") // which says nothing
	}
}

// inUse is how many bytes are in use.
func inUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func timed(b *testing.B, unit string, do func()) {
	b.Helper()
	begin := time.Now()
	do()
	b.ReportMetric(float64(time.Since(begin).Microseconds())/1000, unit)
}

// BenchmarkLoadTeam reads the snapshot of a big team.
func BenchmarkLoadTeam(b *testing.B) {
	t, _, _ := bigTeam(b, 50_000, 2)
	body, err := t.Save()
	check(b, err)
	b.Run("save", func(b *testing.B) {
		for b.Loop() {
			_, err := t.Save()
			check(b, err)
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			_, err := LoadTeam(body)
			check(b, err)
		}
		b.ReportMetric(float64(len(body))/1e6, "MB")
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			check(b, t.Check())
		}
	})
	b.Run("forget", func(b *testing.B) {
		for b.Loop() {
			t.forget(t.Last)
		}
	})
}

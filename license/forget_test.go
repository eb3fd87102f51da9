package license

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestForget: whatever happens over months, what should be forgotten is, as Check finds by looking at everything, and a team
// that goes on from a snapshot forgets the same as one that has seen it all.
func TestForget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cat, err := NewCatalog(Catalog{Products: []Product{
			{Code: "cad", Kind: Daily, Flex: true, Rates: []Rate{{Tokens: Token}}},
			{Code: "bim", Kind: Daily, Flex: true, Rates: []Rate{{Tokens: 2 * Token}}}, // of which there is a seat
			{Code: "render", Kind: Metered, Flex: true, Rates: []Rate{{Tokens: 100}}},
		}})
		must(t, err)
		now := at("2026-01-05 07:00") + Day*rapid.Map(rapid.Int64Range(0, 360), instant).Draw(t, "begins")
		zone := rapid.SampledFrom([]string{"", "America/Los_Angeles", "Pacific/Auckland"}).Draw(t, "zone")
		team, _, err := CreateTeam(now, "operator", TeamCreated{Team: "acme", TimeZone: zone, Settings: DefaultSettings, PrimaryAdmin: "ada"})
		must(t, err)
		_, err = team.Assign(now, cat, Caller{}, "ada", FlexCode, "")
		must(t, err)
		_, _, err = team.BuyPack(now, cat, BuyPack{Pack: "small", Size: 500 * Token})
		must(t, err)
		_, err = team.AddSubscription(now, cat, Caller{}, Subscription{ID: "seat", What: "bim", Kind: SingleUser, Seats: 1, From: now, Until: now + 360*Day})
		must(t, err)
		_, err = team.Assign(now, cat, Caller{}, "ada", "bim", SingleUser)
		must(t, err)
		var twin *Team // goes on from a snapshot
		began := 0
		for step := range rapid.IntRange(1, 200).Draw(t, "steps") {
			longest := rapid.SampledFrom([]Instant{Minute, Hour, Day, Day, 2 * Day, 2 * Day, 50 * Day}).Draw(t, "at most")
			now += rapid.Map(rapid.Int64Range(0, int64(longest)), instant).Draw(t, "later")
			if twin == nil && rapid.IntRange(0, 5).Draw(t, "snapshot") == 0 {
				b, err := team.Save()
				must(t, err)
				twin, err = LoadTeam(b)
				must(t, err)
			}
			id := fmt.Sprint(rapid.IntRange(0, began).Draw(t, "which"))
			var effect Effect
			switch rapid.IntRange(0, 5).Draw(t, "verb") {
			case 0:
				_, effect, err = team.Close(now, Close{Session: id})
			case 1:
				_, effect, err = team.Renew(now, cat, Renew{Session: id, InUse: true})
			case 2:
				_, effect, err = team.StartJob(now, cat, StartJob{Job: fmt.Sprint(step), User: "ada", Service: "render", Quantity: 1000})
			default:
				product := rapid.SampledFrom([]string{"cad", "bim"}).Draw(t, "product")
				_, effect, err = team.Open(now, cat, Open{Session: id, User: "ada", Product: product, Device: id})
				began++
			}
			if err != nil { // such as a session that is unknown
				continue
			}
			if effect.Join != nil {
				effect, err = team.WriteJoins([]Join{*effect.Join})
				must(t, err)
			}
			must(t, team.Check())
			must(t, team.CheckForgotten())
			for _, e := range effect.Entries {
				if twin != nil {
					must(t, twin.Apply(e))
				}
			}
		}
		if twin == nil {
			return
		}
		must(t, twin.CheckForgotten())
		one, err := team.Save()
		must(t, err)
		two, err := twin.Save()
		must(t, err)
		if !bytes.Equal(one, two) {
			t.Fatal("a team that goes on from a snapshot has another state")
		}
	})
}

// TestForgetSession: a session is forgotten by the first entry of an hour in which it is over for long enough, and one that has
// taken its id by then is not.
func TestForgetSession(t *testing.T) {
	cat := sampleCatalog(t)
	var all []*Entry
	do := mustEffect(t, &all)
	team := teamOfBen(cat, do)
	open := func(when, session string) {
		t.Helper()
		_, e, err := team.Open(at(when), cat, Open{Session: session, User: "ben", Product: "autocad"})
		do(e, err)
		if e.Join != nil {
			do(team.WriteJoins([]Join{*e.Join}))
		}
	}
	open("2026-01-05 08:00", "back")
	_, e, err := team.Close(at("2026-01-05 08:01"), Close{Session: "back"}) // which gives its charge back and ends its pass
	do(e, err)
	open("2026-01-05 09:00", "s")
	open("2026-01-10 09:00", "meanwhile")
	open("2026-02-19 08:00", "a")
	if team.Session("back") == nil {
		t.Error("it is forgotten a minute before it is over for long enough")
	}
	open("2026-02-20 08:30", "b")
	if team.Session("back") != nil || team.Session("s") == nil {
		t.Errorf("got %v, want only s of January", team.Sessions)
	}
	open("2026-02-20 09:30", "s")
	open("2026-02-21 09:30", "c")
	if s := team.Session("s"); s == nil || s.First.At != at("2026-02-20 09:30") {
		t.Errorf("got %+v, want the second of its id", s)
	}
	check(t, team.CheckForgotten())
}

// TestForgetEarlyEnd: a pass and its session that ended before the time that they had are forgotten by their own end.
func TestForgetEarlyEnd(t *testing.T) {
	cat := sampleCatalog(t)
	var all []*Entry
	do := mustEffect(t, &all)
	team := teamOfBen(cat, do)
	_, e, err := team.Open(at("2026-01-05 08:00"), cat, Open{Session: "s", User: "ben", Product: "autocad"})
	do(e, err)
	_, e, err = team.Close(at("2026-01-05 08:01"), Close{Session: "s"})
	do(e, err)
	for _, day := range []struct {
		begins        string
		pass, session bool
	}{{"2026-01-06 08:01", false, true}, {"2026-02-19 09:00", false, false}} {
		_, e, err = team.AddUsers(at(day.begins), Caller{}, []UserAdded{{"u" + day.begins[8:10] + day.begins[5:7], RoleUser}})
		do(e, err)
		_, pass := team.LatestPass("ben", "autocad")
		if session := team.Session("s") != nil; pass != day.pass || session != day.session {
			t.Errorf("%s: the pass is remembered: %v, the session: %v", day.begins, pass, session)
		}
	}
}

func instant(ms int64) Instant { return Instant(ms) }

func must(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

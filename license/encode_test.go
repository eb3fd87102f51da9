package license

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestEncodePassOpened holds the hand-written encoding and reading against encoding/json's.
func TestEncodePassOpened(t *testing.T) {
	text := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z0-9@.-]{1,12}`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		e := &Entry{At: Instant(rapid.Int64().Draw(t, "at")), By: text.Draw(t, "by"), Body: &PassOpened{
			Session: text.Draw(t, "session"), User: text.Draw(t, "user"), Product: text.Draw(t, "product"),
			Version: text.Draw(t, "version"), Device: text.Draw(t, "device"), Renewal: rapid.Bool().Draw(t, "renewal"),
			Code: Code(text.Draw(t, "code")), Source: Source(text.Draw(t, "source")), Floating: text.Draw(t, "floating"),
			Until: Instant(rapid.Int64().Draw(t, "until")), LeaseUntil: Instant(rapid.Int64().Draw(t, "lease")),
			Versions: rapid.SliceOfN(text, 0, 3).Draw(t, "versions"), Rate: Tokens(rapid.Int64Range(0, 9000).Draw(t, "rate")),
			Draws: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Draw {
				return Draw{text.Draw(t, "pack"), Tokens(rapid.Int64().Draw(t, "tokens"))}
			}), 0, 3).Draw(t, "draws"), Access: text.Draw(t, "access"),
		}}
		got, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(stored{e.Body.Kind(), e.At, e.By, e.Request, e.Body})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Fatal(diff)
		}
		sameReading(t, got)
	})
}

// sameReading holds that what the quick reading accepts is what encoding/json reads.
func sameReading(t interface {
	Helper()
	Fatalf(string, ...any)
}, stored []byte) {
	t.Helper()
	quick, ok := readPassOpened(stored)
	if !ok {
		return
	}
	slow, err := decodeEntry(stored)
	if err != nil {
		t.Fatalf("%s is read, and encoding/json says %v", stored, err)
	}
	if diff := cmp.Diff(slow, quick, cmp.AllowUnexported(PassOpened{})); diff != "" {
		t.Fatalf("%s (-encoding/json +quick):\n%s", stored, diff)
	}
}

// TestReadPassOpened: what a charge is written as is read the quick way.
func TestReadPassOpened(t *testing.T) {
	full := &Entry{At: 1, By: "key:k", Body: &PassOpened{Session: "s", User: "u", Product: "p", Version: "2026", Device: "d", Renewal: true,
		Code: CodeTokensCharged, Source: SourceTokens, Floating: "f", Until: 3, LeaseUntil: 2, Versions: []string{"1", "2"}, Rate: 7,
		Draws: []Draw{{"a", 3}, {"b", 4}}}}
	for _, e := range []*Entry{full, {At: -1, Body: &PassOpened{Session: "s"}}} {
		stored, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := readPassOpened(stored); !ok {
			t.Errorf("%s is not read", stored)
		}
		sameReading(t, stored)
		for i := range stored {
			if _, ok := readPassOpened(stored[:i]); ok {
				t.Errorf("%s is read, and is cut off", stored[:i])
			}
		}
	}
}

// FuzzDecodeEntry: no bytes make the decoder panic, and what it accepts can be written and read again.
func FuzzDecodeEntry(f *testing.F) {
	for kind := range kinds {
		f.Add([]byte(`{"kind":"` + kind + `","at":1767600000000,"by":"operator","body":{}}`))
	}
	f.Add([]byte(`{"at":1,"kind":"pass_opened","body":{"session":"s","draws":[{"pack":"p","tokens":7000}]}}`))
	f.Add([]byte(`{"kind":"pass_opened","at":1,"body":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		sameReading(t, b)
		e, err := DecodeEntry(b)
		if err != nil {
			return
		}
		again, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeEntry(again)
		if err != nil {
			t.Fatal(err)
		}
		if third, err := back.Encode(); err != nil || string(third) != string(again) {
			t.Fatalf("%s\n%s\n%v", again, third, err)
		}
	})
}

// FuzzLoadTeam: no bytes make the reading of a snapshot panic, and a state that was read can be checked, written
// and forgotten from.
func FuzzLoadTeam(f *testing.F) {
	t, _, err := CreateTeam(0, "", TeamCreated{Team: "acme", Settings: DefaultSettings, PrimaryAdmin: "ada"})
	check(f, err)
	b, err := t.Save()
	check(f, err)
	f.Add(b)
	f.Add(busySnapshot(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		if team, err := LoadTeam(b); err == nil {
			_, _ = team.Check(), team.CheckForgotten()
			_, _ = team.Save()
			for _, h := range team.sessions.hours {
				team.sessions.each(h, func(_ place, s *Session) {
					if team.Session(s.ID) == nil {
						t.Errorf("session %q was stowed and is not there", s.ID)
					}
				})
			}
			team.forget(team.Last + 100*Day)
			team.stowOld(team.Last + 100*Day)
		}
	})
}

// busySnapshot is of a team that has something of everything that a team can have.
func busySnapshot(tb testing.TB) []byte {
	tb.Helper()
	t, cat, now := bigTeam(tb, 2, 2)
	now += 10 * Day
	_, _, err := t.Open(now, cat, Open{Session: "again", User: user(0), Product: "p0"})
	check(tb, err)
	t.Groups["g"] = &Group{ID: "g", Members: []string{user(0)}}
	t.Wishes["w"] = &Wish{ID: "w", User: user(1), Product: "p1", State: WishApproved}
	t.Jobs["j"] = &Job{ID: "j", User: user(0), State: JobHeld, Draws: []Draw{{Pack: "pack-0", Tokens: Token}}, ExpiresAt: now + Day}
	t.Receipts["r"] = &Receipt{Answer: []byte("{}")}
	t.Limits = []Limit{{Scope: ScopeUser, User: user(0), Period: PerDay, Tokens: Token}}
	b, err := t.Save()
	check(tb, err)
	return b
}

package license

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// gifts is who gives what to whom, as naively as it can be said.
type gifts struct {
	direct  map[string]map[string]bool // user → what
	members map[string]map[string]bool // group → users
	gives   map[string]map[string]bool // group → what
}

func (g gifts) has(user, what string) (from []string) {
	if g.direct[user][what] {
		from = append(from, "direct")
	}
	for _, id := range []string{"a", "b"} {
		if g.members[id][user] && g.gives[id][what] {
			from = append(from, id)
		}
	}
	return from
}

func (g gifts) holders(what string) (n int) {
	for _, u := range []string{"u1", "u2", "u3", "u4"} {
		if len(g.has(u, what)) > 0 {
			n++
		}
	}
	return n
}

func put(m map[string]map[string]bool, key, value string, is bool) {
	if m[key] == nil {
		m[key] = map[string]bool{}
	}
	m[key][value] = is
}

func (g gifts) clone() gifts {
	deep := func(m map[string]map[string]bool) map[string]map[string]bool {
		c := map[string]map[string]bool{}
		for k, v := range m {
			c[k] = map[string]bool{}
			for x, is := range v {
				put(c, k, x, is)
			}
		}
		return c
	}
	return gifts{deep(g.direct), deep(g.members), deep(g.gives)}
}

const testSeats = 3 // of autocad, single-user; there are no others

// TestGroups draws assignments, groups and removals, and holds what each user has and why against a second telling.
// Whatever would need more seats than there are is refused whole.
func TestGroups(t *testing.T) {
	cat := sampleCatalog(t)
	rapid.Check(t, func(t *rapid.T) {
		team, _, err := CreateTeam(1, "", TeamCreated{Team: "acme", Settings: DefaultSettings, PrimaryAdmin: "ada"})
		if err != nil {
			t.Fatal(err)
		}
		var all []*Entry
		users := []string{"u1", "u2", "u3", "u4"}
		for _, u := range users {
			if _, _, err := team.AddUsers(1, Caller{}, []UserAdded{{u, RoleUser}}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := team.AddSubscription(1, cat, Caller{}, Subscription{ID: "s", What: "autocad", Kind: SingleUser, Seats: testSeats, From: 0, Until: Day}); err != nil {
			t.Fatal(err)
		}
		begin, _ := team.Save()
		want := gifts{map[string]map[string]bool{}, map[string]map[string]bool{}, map[string]map[string]bool{}}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			u, g := rapid.SampledFrom(users).Draw(t, "user"), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "group")
			what := rapid.SampledFrom([]string{"autocad", FlexCode}).Draw(t, "what")
			next := want.clone()
			var e Effect
			var err error
			do := rapid.SampledFrom([]string{"assign", "unassign", "make", "drop", "join", "leave", "give", "take", "remove"}).Draw(t, "do")
			switch do {
			case "assign":
				put(next.direct, u, what, true)
				e, err = team.Assign(2, cat, Caller{}, u, what, "")
			case "unassign":
				put(next.direct, u, what, false)
				if e, err = team.Unassign(2, Caller{}, u, what); codeOf(err) == ErrGroupGives && !want.direct[u][what] {
					err = nil
				}
			case "make":
				if next.members[g] == nil {
					next.members[g] = map[string]bool{}
				}
				e, err = team.MakeGroup(2, Caller{}, GroupMade{g, "name"})
			case "drop":
				delete(next.members, g)
				delete(next.gives, g)
				e, err = team.RemoveGroup(2, Caller{}, g)
			case "join":
				put(next.members, g, u, true)
				_, e, err = team.AddMembers(2, Caller{}, g, []string{u, u})
			case "leave":
				put(next.members, g, u, false)
				e, err = team.RemoveMembers(2, Caller{}, g, []string{u})
			case "give":
				put(next.gives, g, what, true)
				e, err = team.Give(2, cat, Caller{}, g, Gift{What: what})
			case "take":
				put(next.gives, g, what, false)
				e, err = team.TakeFrom(2, Caller{}, g, what)
			case "remove":
				next.direct[u] = nil
				for id := range next.members {
					delete(next.members[id], u)
				}
				e, err = team.RemoveUser(2, Caller{}, u)
				all = append(all, e.Entries...)
				_, e, _ = team.AddUsers(2, Caller{}, []UserAdded{{u, RoleUser}})
			}
			all = append(all, e.Entries...)
			known := want.members[g] != nil
			switch {
			case !known && slices.Contains([]string{"drop", "join", "leave", "give", "take"}, do):
				if codeOf(err) != ErrGroupUnknown || len(e.Entries) > 0 {
					t.Fatalf("%s of no group: %v", do, err)
				}
			case next.holders("autocad") > testSeats:
				short := fmt.Sprintf("%d more", next.holders("autocad")-testSeats)
				if codeOf(err) != ErrSeatsShort || len(e.Entries) > 0 || do != "assign" && !bytes.Contains([]byte(err.Error()), []byte(short)) {
					t.Fatalf("%s: %v, want %s", do, err, short)
				}
			case err != nil:
				t.Fatalf("%s: %v", do, err)
			default:
				want = next
			}
			compareGifts(t, team, want, users)
		}
		again, err := LoadTeam(begin)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			stored, err := e.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if e, err = DecodeEntry(stored); err != nil {
				t.Fatal(err)
			}
			if err := again.Apply(e); err != nil {
				t.Fatal(err)
			}
		}
		one, _ := team.Save()
		two, _ := again.Save()
		if diff := cmp.Diff(string(one), string(two)); diff != "" {
			t.Fatal(diff)
		}
		loaded, err := LoadTeam(one)
		if err != nil {
			t.Fatal(err)
		}
		compareGifts(t, loaded, want, users)
	})
}

func compareGifts(t *rapid.T, team *Team, want gifts, users []string) {
	for _, id := range users {
		for _, what := range []string{"autocad", FlexCode} {
			var from []string
			if s := team.Users[id].source(what); s != nil {
				if s.Direct() {
					from = append(from, "direct")
				}
				from = append(from, s.Groups...)
			}
			if diff := cmp.Diff(want.has(id, what), from); diff != "" {
				t.Fatalf("%s of %s (-want +got):\n%s", what, id, diff)
			}
		}
	}
	if n := len(team.pool("autocad").Single); n != want.holders("autocad") {
		t.Fatalf("%d seats are taken, want %d", n, want.holders("autocad"))
	}
	if err := team.Check(); err != nil {
		t.Fatal(err)
	}
}

func codeOf(err error) string {
	var e *Error
	errors.As(err, &e)
	if e == nil {
		return ""
	}
	return e.Code
}

package api

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNames(t *testing.T) {
	for name, c := range map[string]struct {
		rule func(string) error
		good []string
		bad  []string
	}{
		"id": {CheckID,
			[]string{"a", "ses-1", "ben@acme.example", "A_b:c+d~e", ".a", "a.", "...a", strings.Repeat("a", 128)},
			[]string{"", ".", "..", "...", "a b", "a/b", "a\\b", "a%2f", "a?b", "a#b", "é", "a\x00", "a\n", "\xff", strings.Repeat("a", 129)}},
		"team": {CheckTeamID,
			[]string{"a", "acme", "acme-2", "-", strings.Repeat("a", 63)},
			[]string{"", "Acme", "a.b", "a_b", "é", "a b", strings.Repeat("a", 64)}},
		"user": {CheckUserRef,
			[]string{"ben", "ben@acme.example", "o'brien@acme.example", "a/b@acme.example", "jörg@acme.example"},
			[]string{"", "o'brien", "a b@acme.example", "..", "Ben <ben@acme.example>", strings.Repeat("a", 129)}},
		"email": {CheckEmail,
			[]string{"ben@acme.example", "o'brien+x@acme.example", "jörg@acme.example", strings.Repeat("a", 64) + "@" + strings.Repeat("b.", 94) + "c"},
			[]string{"", "ben", "ben@", "@acme.example", "Ben <ben@acme.example>", "<ben@acme.example>", "ben@acme.example (Ben)",
				"a@b.c, d@e.f", " ben@acme.example", "ben@acme.example\r\nBcc: x@y.z", "ben@ac\x00me", "\xff@a.b", strings.Repeat("a", 250) + "@b.cd"}},
		"name": {CheckName,
			[]string{"A", "Ada Quill", "Zoë", "山田太郎", "👩‍💻", `<script>`, strings.Repeat("é", 200)},
			[]string{"", " ", "\t", "a\x00b", "a\nb", "a\u0085b", "a\u2028b", "\xff", strings.Repeat("é", 201), strings.Repeat("a", 100000)}},
		"currency": {checkCurrency, []string{"USD", "EUR"}, []string{"", "usd", "US", "USDT", "U$D", "É1"}},
		"zone": {checkTimeZone, []string{"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"},
			[]string{"Local", "../etc/passwd", "/etc/localtime", "a b", "a\x00", strings.Repeat("a", 65)}},
	} {
		for _, s := range c.good {
			if err := c.rule(s); err != nil {
				t.Errorf("%s %.40q: %v", name, s, err)
			}
		}
		for _, s := range c.bad {
			if c.rule(s) == nil {
				t.Errorf("%s %.40q: accepted", name, s)
			}
		}
	}
}

// An id stands in an address as it is.
func TestIDsAreSafeInPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[A-Za-z0-9._:@+~-]{1,128}`).Draw(t, "id")
		if CheckID(id) != nil {
			return // only dots
		}
		joined, err := url.JoinPath("http://h/v1/teams/acme/sessions", id, "close")
		if want := "http://h/v1/teams/acme/sessions/" + id + "/close"; joined != want || err != nil {
			t.Fatalf("got %s, %v", joined, err)
		}
		if url.PathEscape(id) != id {
			t.Fatalf("%q is escaped", id)
		}
	})
}

func TestPages(t *testing.T) {
	for query, want := range map[string]Page{
		"": {100, ""}, "limit=1": {1, ""}, "limit=1000&cursor=abc": {1000, "abc"}, "cursor=": {100, ""}, "by=day": {100, ""},
	} {
		values, _ := url.ParseQuery(query)
		if got, err := ParsePage(values); got != want || err != nil {
			t.Errorf("%q: got %+v, %v, want %+v", query, got, err, want)
		}
	}
	for query, want := range map[string]Code{
		"limit=": CodeQueryInvalid, "limit=0": CodeQueryInvalid, "limit=-1": CodeQueryInvalid, "limit=1001": CodeQueryInvalid,
		"limit=1.5": CodeQueryInvalid, "limit=x": CodeQueryInvalid, "limit=1&limit=2": CodeQueryInvalid, "cursor=a&cursor=b": CodeQueryInvalid,
		"cursor=" + strings.Repeat("a", 513): CodeCursorInvalid,
	} {
		values, _ := url.ParseQuery(query)
		_, err := ParsePage(values)
		if p := problemOf(t, err); p.Code != want {
			t.Errorf("%.30q: got %s, want %s", query, p.Code, want)
		}
	}
}

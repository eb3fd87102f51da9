package server

import (
	"strings"
	"testing"

	"github.com/daypass/daypass/api"
)

// FuzzReadPeople: no file makes the import panic; what it takes is well-formed, at most 5 000 people, each address
// once, and a file with a fault is taken in no part.
func FuzzReadPeople(f *testing.F) {
	f.Add([]byte("First name,Last name,Email\nBen,Ode,ben@acme.example\n"))
	f.Add([]byte("\ufefffirst name, LAST NAME ,email\r\n\"Ben\nJr\",\"O\"\"de\",ben@acme.example\r\n,,\r\n"))
	f.Add([]byte("First name;Last name;Email\n=1+1;x;y"))
	f.Fuzz(func(t *testing.T, file []byte) {
		people, wrong := readPeople(file)
		if len(people) > maxRows {
			t.Fatalf("%d people", len(people))
		}
		if len(wrong) > 0 {
			for _, w := range wrong {
				if w.Row < 1 || w.Message == "" {
					t.Fatalf("a fault without a place or a reason: %+v", w)
				}
			}
			return
		}
		seen := map[string]bool{}
		for _, p := range people {
			mail := strings.ToLower(p.Email)
			if api.CheckName(p.Name) != nil || api.CheckEmail(p.Email) != nil || seen[mail] {
				t.Fatalf("%+v was taken", p)
			}
			seen[mail] = true
		}
	})
}

// FuzzCursor: a cursor is one that the server has made, or is refused.
func FuzzCursor(f *testing.F) {
	f.Add(*cursorAfter("u-1"))
	f.Add(*cursorAfter("42"))
	f.Add("MTo")
	f.Fuzz(func(t *testing.T, cursor string) {
		if key, err := after(cursor); err == nil && key != "" && *cursorAfter(key) != cursor {
			t.Fatalf("%q was read as %q", cursor, key)
		}
		if n, err := afterNumber(cursor); err == nil && n < 0 {
			t.Fatal(n)
		}
	})
}

package server

import "testing"

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

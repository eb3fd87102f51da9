package journal

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMeet has servers find each other in the database, and nobody who has left or has been silent for long.
func TestMeet(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			j := e.open(t)
			meet := func(name, address string, want map[string]string) {
				t.Helper()
				got, err := j.Meet(t.Context(), name, address)
				must(t, err)
				if !j.Shared() {
					want = nil
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
			meet("a", "10.0.0.1:8080", map[string]string{})
			meet("b", "", map[string]string{"a": "10.0.0.1:8080"})
			meet("a", "10.0.0.3:8080", map[string]string{"b": ""})
			meet("b", "10.0.0.2:8080", map[string]string{"a": "10.0.0.3:8080"})
			must(t, j.Leave(t.Context(), "b"))
			meet("a", "10.0.0.3:8080", map[string]string{})
			if !j.Shared() {
				if ip, err := j.LocalIP(t.Context()); ip != nil || err != nil {
					t.Errorf("got %v (%v) from a file", ip, err)
				}
				return
			}

			ago := func(interval string) {
				t.Helper()
				must(t, j.write(t.Context(), `UPDATE server SET seen_at = now() - $1::text::interval WHERE name = 'a'`, interval))
			}
			rows := func() (n int) {
				t.Helper()
				must(t, j.reader.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM server`).Scan(&n))
				return n
			}
			ago("7 seconds")
			meet("c", "10.0.0.4:8080", map[string]string{"a": "10.0.0.3:8080"})
			ago("9 seconds")
			meet("c", "10.0.0.4:8080", map[string]string{})
			if n := rows(); n != 2 {
				t.Errorf("%d servers are known, want one more than are up", n)
			}
			ago("2 hours")
			meet("c", "10.0.0.4:8080", map[string]string{})
			if n := rows(); n != 1 {
				t.Errorf("%d servers are known, want none that was killed long ago", n)
			}
		})
	}
}

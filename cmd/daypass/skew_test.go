package main

import (
	"strings"
	"testing"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/journal/pgtest"
)

// TestSkewedClock: a server whose clock is more than two seconds from the database's is not ready and says why.
func TestSkewedClock(t *testing.T) {
	j, err := journal.OpenPostgres(t.Context(), pgtest.URL(t), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for by, want := range map[time.Duration]string{
		0:                        "",
		1800 * time.Millisecond:  "",
		-1800 * time.Millisecond: "",
		3 * time.Second:          "ahead of the database's",
		-3 * time.Second:         "behind the database's",
		-400 * 24 * time.Hour:    "behind the database's",
	} {
		err := checkClock(t.Context(), j, func() time.Time { return time.Now().Add(by) })
		reason := ""
		if s, ok := err.(interface{ Reason() string }); ok {
			reason = s.Reason()
		}
		if (err == nil) != (want == "") || !strings.Contains(reason, want) {
			t.Errorf("%v off: got %v, want %q", by, err, want)
		}
	}
	embedded, err := journal.Open(t.Context(), t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer embedded.Close()
	if err := checkClock(t.Context(), embedded, func() time.Time { return time.Time{} }); err != nil {
		t.Errorf("embedded data has no other clock to compare with: %v", err)
	}
}

package journal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/daypass/daypass/journal/pgtest"
)

// Servers that are connected are counted, by the name that the address gives them too; who only reads or copies is not.
func TestServers(t *testing.T) {
	address := pgtest.URL(t)
	visitor := openedPostgres(t, VisitorAddress(address))
	count := func() int {
		t.Helper()
		n, err := Servers(t.Context(), address)
		must(t, err)
		return n
	}
	if n := count(); n != 0 {
		t.Errorf("%d connections of servers while none runs", n)
	}
	reader, err := OpenPostgresReadOnly(t.Context(), address)
	must(t, err)
	defer reader.Close()
	must(t, reader.Ping(t.Context()))
	must(t, visitor.Ping(t.Context()))
	if n := count(); n != 0 {
		t.Errorf("%d connections of servers while only others are connected", n)
	}
	for _, address := range []string{address, addressAs(address, "licences")} {
		server, err := OpenPostgres(t.Context(), address, Options{})
		must(t, err)
		if n, err := Servers(t.Context(), address); err != nil || n == 0 {
			t.Errorf("a server at %s is not counted (%v)", address, err)
		}
		must(t, server.Close())
	}
	for deadline := time.Now().Add(10 * time.Second); count() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("servers that have ended are still counted")
		}
	}
	if _, err := Servers(t.Context(), "postgres://daypass:geheim@127.0.0.1:1/x"); !errors.Is(err, ErrUnreachable) || strings.Contains(err.Error(), "geheim") {
		t.Errorf("where no database is: %v, want %v", err, ErrUnreachable)
	}
	if got := VisitorAddress("://"); got != "://" {
		t.Errorf("what is no address becomes %q", got)
	}
}

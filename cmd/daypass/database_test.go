package main

import (
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/daypass/daypass/journal/pgtest"
)

const databaseKey = "operator-of-the-database-test"

// servers starts so many on one database, all at once.
func servers(t *testing.T, n int, database string, env ...string) []*running {
	t.Helper()
	all := make([]*running, n)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			var err error
			if all[i], err = launch(t.TempDir(), append(os.Environ(), env...), "--database", database); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	t.Cleanup(func() {
		for _, r := range all {
			r.end(syscall.SIGKILL)
		}
	})
	return all
}

// request sends one and returns its status, headers and body.
func request(t *testing.T, r *running, method, path, key, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(content)
}

// TestEightServersStart starts eight servers at once on an empty database, some of which are killed meanwhile. One
// makes what there has to be, and each answers for all.
func TestEightServersStart(t *testing.T) {
	database := pgtest.URL(t)
	for range 4 {
		cmd := exec.Command("daypass", "serve", "--listen", "127.0.0.1:0", "--database", database)
		cmd.Dir = t.TempDir()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(rand.IntN(400))*time.Millisecond, func() { cmd.Process.Kill() })
		t.Cleanup(func() { cmd.Wait() })
	}
	all := servers(t, 8, database, "DAYPASS_OPERATOR_KEY="+databaseKey)
	_, _, keys := request(t, all[0], "GET", "/v1/keys", "", "")
	for i, r := range all {
		if _, _, got := request(t, r, "GET", "/v1/keys", "", ""); got != keys {
			t.Errorf("server %d signs with %s, the first with %s", i, got, keys)
		}
		team := string(rune('a' + i))
		body := `{"id":"` + team + `","name":"T","primary_admin":{"name":"Ann","email":"ann@acme.example"}}`
		if status, _, got := request(t, r, "POST", "/v1/teams", databaseKey, body); status != http.StatusCreated {
			t.Errorf("server %d: %d %s", i, status, got)
		}
		if status, _, got := request(t, all[(i+1)%8], "GET", "/v1/teams/"+team, databaseKey, ""); status != http.StatusOK {
			t.Errorf("what server %d made, the next does not know: %d %s", i, status, got)
		}
	}
}

// TestKeyMadeOnce: of several servers that start on an empty database one prints the credential it made, and all
// accept it; revoked on one, a key of a team is refused on the other with the next request.
func TestKeyMadeOnce(t *testing.T) {
	all := servers(t, 3, pgtest.URL(t))
	var printed string
	for _, r := range all {
		printed += r.printed
	}
	keys := madeKey.FindAllString(printed, -1)
	if len(keys) != 1 {
		t.Fatalf("got %d credentials, want one", len(keys))
	}
	for i, r := range all {
		if status, _, got := request(t, r, "GET", "/v1/teams", keys[0], ""); status != http.StatusOK {
			t.Errorf("server %d: %d %s", i, status, got)
		}
	}
	request(t, all[0], "POST", "/v1/teams", keys[0], `{"id":"acme","name":"Acme","primary_admin":{"name":"Ann","email":"ann@acme.example"}}`)
	_, _, made := request(t, all[1], "POST", "/v1/teams/acme/keys", keys[0], `{"id":"k","role":"reports"}`)
	secret := strings.Split(strings.SplitAfter(made, `"secret":"`)[1], `"`)[0]
	for i, want := range []int{http.StatusOK, http.StatusUnauthorized} {
		if i == 1 {
			if status, _, got := request(t, all[0], "DELETE", "/v1/teams/acme/keys/k", keys[0], ""); status >= 300 {
				t.Fatalf("revoke: %d %s", status, got)
			}
		}
		for n, r := range all {
			if status, _, got := request(t, r, "GET", "/v1/teams/acme/balance", secret, ""); status != want {
				t.Errorf("server %d: got %d %s, want %d", n, status, got, want)
			}
		}
	}
}

// TestDatabaseAway: while the database is away a server answers 503 and says when to come again, and is back by itself.
func TestDatabaseAway(t *testing.T) {
	long(t)
	cluster := pgtest.Start(t)
	r := servers(t, 1, cluster.URL("postgres"), "DAYPASS_OPERATOR_KEY="+databaseKey)[0]
	body := `{"id":"acme","name":"Acme","primary_admin":{"name":"Ann","email":"ann@acme.example"}}`
	if status, _, got := request(t, r, "POST", "/v1/teams", databaseKey, body); status != http.StatusCreated {
		t.Fatal(status, got)
	}
	for _, mode := range []pgtest.Mode{pgtest.Immediate, pgtest.Fast} {
		if err := cluster.Stop(mode); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/readyz", "/v1/teams/acme/balance", "/v1/catalog"} {
			begin := time.Now()
			status, header, got := request(t, r, "GET", path, databaseKey, "")
			if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || time.Since(begin) > 5*time.Second {
				t.Errorf("%s: got %d with Retry-After %q after %v: %s", path, status, header.Get("Retry-After"), time.Since(begin), got)
			}
		}
		if status, _, _ := request(t, r, "GET", "/healthz", "", ""); status != http.StatusOK {
			t.Errorf("the process is alive, and /healthz says %d", status)
		}
		if err := cluster.Start(); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			status, _, got := request(t, r, "GET", "/readyz", "", "")
			if status == http.StatusOK {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("20 s after the database is back: %d %s", status, got)
			}
		}
		if status, _, got := request(t, r, "GET", "/v1/teams/acme/balance", databaseKey, ""); status != http.StatusOK {
			t.Errorf("after the database is back: %d %s", status, got)
		}
	}
}

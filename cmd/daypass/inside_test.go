package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// site is a server process that a test asks over plain HTTP.
type site struct {
	t *testing.T
	*running
	dir string
	ids []string // of the answers
}

// newSite launches a server that lets the operator in with a credential, with a team that has two keys and a session;
// it returns them with the lease of the session.
func newSite(t *testing.T, operator string, env []string, args ...string) (s *site, admin, product, lease string) {
	t.Helper()
	s = &site{t: t, dir: t.TempDir()}
	r, err := launch(s.dir, append(os.Environ(), append(env, "DAYPASS_OPERATOR_KEY="+operator)...), append(args, "--data", "data")...)
	if err != nil {
		t.Fatal(err)
	}
	s.running = r
	t.Cleanup(func() { r.process.Signal(syscall.SIGKILL) })
	s.want(200, "PUT", "/v1/catalog", `{"products":[{"code":"autocad","name":"A","kind":"daily","flex":true,"rates":[{"from":"2020-01-01","tokens":7}]}]}`, operator)
	s.want(201, "POST", "/v1/teams", `{"id":"acme","name":"Acme","primary_admin":{"id":"ada","name":"Ada","email":"ada@acme.example"}}`, operator)
	s.want(201, "POST", "/v1/teams/acme/packs", `{"id":"p","size":500}`, operator)
	s.want(200, "PUT", "/v1/teams/acme/users/ada/assignments/flex", ``, operator)
	secret := func(role string) string {
		return s.want(201, "POST", "/v1/teams/acme/keys", `{"id":"`+role+`","role":"`+role+`"}`, operator)["secret"].(string)
	}
	admin, product = secret("admin"), secret("product")
	answer := s.want(200, "POST", "/v1/teams/acme/sessions", `{"id":"s-1","user":"ada","product":"autocad"}`, product)
	return s, admin, product, answer["lease"].(string)
}

// ask sends a request and returns the answer's status and body.
func (s *site) ask(method, target, body, credential string, header ...string) (int, []byte) {
	s.t.Helper()
	r, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if !strings.HasPrefix(target, "http") {
		r.URL, err = r.URL.Parse(s.address + target)
		if err != nil {
			s.t.Fatal(err)
		}
	}
	r.Header.Set("Content-Type", "application/json")
	if credential != "" {
		r.Header.Set("Authorization", "Bearer "+credential)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if id := answer.Header.Get("X-Request-Id"); id != "" {
		s.ids = append(s.ids, id)
	}
	return answer.StatusCode, content
}

func (s *site) want(status int, method, target, body, credential string) (answer map[string]any) {
	s.t.Helper()
	got, content := s.ask(method, target, body, credential)
	if got != status {
		s.t.Fatalf("%s %s: %d %s", method, target, got, content)
	}
	if err := json.Unmarshal(content, &answer); err != nil {
		s.t.Fatal(err)
	}
	return answer
}

// lines ends the server and returns what it logged.
func (s *site) lines() (all []map[string]any) {
	s.t.Helper()
	if err := s.end(syscall.SIGTERM); err != nil {
		s.t.Fatalf("%v\n%s", err, s.logged)
	}
	for line := range bytes.Lines(s.logged.Bytes()) {
		var fields map[string]any
		if err := json.Unmarshal(line, &fields); err != nil {
			s.t.Fatalf("a line is no JSON: %s", line)
		}
		all = append(all, fields)
	}
	return all
}

// No credential gets into the log of the true program, wherever a caller puts it, and each request's lines have
// the id that its answer had.
func TestLogOfTheProgram(t *testing.T) {
	const operator = "the words that only the operator knows, and nobody would take for a credential"
	s, admin, product, lease := newSite(t, operator, nil, "--log-level", "debug")
	fresh := s.want(201, "POST", "/v1/teams/acme/keys", `{"id":"fresh","role":"reports"}`, operator)["secret"].(string)
	secrets := []string{operator, admin, product, lease, fresh, "dpo_" + strings.Repeat("0123456789abcdef", 4)}
	for _, secret := range slices.DeleteFunc(slices.Clone(secrets), func(s string) bool { return s == fresh }) {
		s.misplace(secret)
	}
	s.breakKeys()
	for _, secret := range secrets[1:] { // a key that was not asked about yet
		if status, _ := s.ask("GET", "/v1/teams/acme/users/"+secret, "", fresh); status != http.StatusServiceUnavailable {
			t.Errorf("without a table of keys: %d", status)
		}
	}
	lines := s.lines()
	for _, secret := range secrets {
		for part := range slices.Chunk([]byte(secret), 16) {
			if bytes.Contains(s.logged.Bytes(), part) && len(part) == 16 {
				t.Errorf("the log has %s of %s", part, secret)
			}
		}
	}
	for _, word := range []string{"Bearer", "guessed-password", "hunter2"} {
		if strings.Contains(s.logged.String(), word) {
			t.Errorf("the log has %s", word)
		}
	}
	s.checkIDs(lines)
}

// misplace puts a secret wherever it does not belong, and where it does.
func (s *site) misplace(secret string) {
	in := strings.ReplaceAll(secret, " ", "%20")
	quoted := fmt.Sprintf("%q", secret)
	for _, target := range []string{"/" + in, "/v1/teams/" + in + "/balance", "/v1/teams/acme/users/" + in, "/v1/teams/acme/sessions/" + in + "/close",
		"/v1/teams/acme/balance?key=" + in, "/v1/teams/acme/ledger?cursor=" + in, "/v1/" + in + "/..//" + in, "/v1/teams/acme?authorization=Bearer%20" + in,
		"/postgres://daypass:hunter2@db/daypass"} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			s.ask(method, target, quoted, secret)
			s.ask(method, target, quoted, "guessed-password")
			s.ask(method, target, "{", "", "Authorization", "Basic "+secret)
		}
	}
	for _, name := range []string{"Authorization", "Cookie", "Idempotency-Key", "X-Api-Key", "User-Agent", "X-Request-Id", "Traceparent", "Content-Type", "Referer"} {
		s.ask("POST", "/v1/teams/acme/sessions", `{"id":"s-2","user":"ada","product":"autocad"}`, "", name, secret)
	}
	for _, field := range []string{"id", "user", "product", "device", "version", secret} {
		s.ask("POST", "/v1/teams/acme/sessions", fmt.Sprintf(`{"id":"s-3","user":"ada","product":"autocad",%q:%s}`, field, quoted), secret)
		s.ask("POST", "/v1/teams/acme/keys", fmt.Sprintf(`{"id":"k","role":"product",%q:%s}`, field, quoted), secret)
	}
	for _, raw := range []string{"GET /" + in + " HTTP/9.9\r\n\r\n", in + " / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: " + in + "\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nAuthorization Bearer " + secret + "\r\n\r\n", "GET /?a;b=" + in + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"} {
		s.send(raw)
	}
}

// send writes bytes that may be no request, and reads until the server has had enough.
func (s *site) send(raw string) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.address, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(200 * time.Millisecond))
	io.WriteString(conn, raw)
	io.Copy(io.Discard, conn)
}

// breakKeys makes the server fail inside: its table of keys is not there any more.
func (s *site) breakKeys() {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, "data", "daypass.db"))
	if err == nil {
		defer db.Close()
		_, err = db.Exec(`ALTER TABLE api_key RENAME TO lost`)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// checkIDs holds that each answer's id is in the line of its request, and that no line of a request has another.
func (s *site) checkIDs(lines []map[string]any) {
	answered, failed := map[string]int{}, 0
	for _, line := range lines {
		id, _ := line["request"].(string)
		switch line["msg"] {
		case "answered":
			answered[id]++
		case "a request failed":
			failed++
			if !slices.Contains(s.ids, id) {
				s.t.Errorf("no answer has the id of %v", line)
			}
		}
		if _, of := line["path"]; of && id == "" {
			s.t.Errorf("a request's line has no id: %v", line)
		}
	}
	for _, id := range s.ids {
		if answered[id] != 1 {
			s.t.Errorf("%d lines say that %s was answered", answered[id], id)
		}
	}
	if failed == 0 {
		s.t.Error("nothing failed, and something was made to")
	}
}

var (
	metricsAt  = regexp.MustCompile(`metrics are at (http://\S+)`)
	profilesAt = regexp.MustCompile(`profiles are at (http://\S+)`)
)

// What is inside has addresses of its own, and is at the public one under no name.
func TestInsideIsNotOutside(t *testing.T) {
	s, _, product, _ := newSite(t, "the operator", nil, "--metrics", "127.0.0.1:0", "--pprof", "localhost:0")
	metrics, profiles := metricsAt.FindStringSubmatch(s.printed), profilesAt.FindStringSubmatch(s.printed)
	if metrics == nil || profiles == nil {
		t.Fatalf("it prints %s", s.printed)
	}
	s.ask("POST", "/v1/teams/acme/sessions", `{"id":"s-2","user":"ada","product":"word"}`, product)
	s.ask("POST", "/v1/teams/acme/sessions", `{"id":"s-3","user":"ada","product":"autocad"}`, "guessed")
	status, body := s.ask("GET", metrics[1], "", "")
	for _, line := range []string{
		`daypass_build_info{go="go1`, `daypass_decisions_total{code="tokens_charged",outcome="granted"} 1`,
		`daypass_decisions_total{code="product_unknown",outcome="refused"} 1`, `daypass_decisions_total{code="limit_reached",outcome="refused"} 0`,
		`daypass_http_requests_total{route="POST /v1/teams/{team}/sessions",status="4xx"} 1`, `daypass_teams_in_memory 1`,
		`daypass_commits_total{result="kept"} `, `go_sql_open_connections{db_name="writer"} 1`, `go_goroutines `, `process_cpu_seconds_total `,
	} {
		if status != 200 || !strings.Contains(string(body), "\n"+line) {
			t.Errorf("%d: there is no %s", status, line)
		}
	}
	for line := range strings.Lines(string(body)) {
		for _, name := range []string{"acme", "ada", "autocad", "the operator", product} {
			if !strings.HasPrefix(line, "#") && strings.Contains(line, name) {
				t.Errorf("the metrics name %s: %s", name, line)
			}
		}
	}
	outside, inside := s.address, strings.TrimSuffix(metrics[1], "/metrics")
	within := strings.TrimSuffix(profiles[1], "/debug/pprof/")
	for target, want := range map[string]int{
		outside + "/metrics": 404, outside + "/debug/pprof/": 404, outside + "/debug/pprof/heap": 404, outside + "/debug/pprof/cmdline": 404,
		inside + "/debug/pprof/": 404, inside + "/v1/keys": 404, inside + "/healthz": 404,
		within + "/metrics": 404, within + "/v1/keys": 404, within + "/debug/pprof/cmdline": 404,
		within + "/debug/pprof/": 200, within + "/debug/pprof/goroutine": 200, within + "/debug/pprof/profile?seconds=1": 200,
	} {
		if status, _ := s.ask("GET", target, "", "the operator"); status != want {
			t.Errorf("%s: %d, want %d", target, status, want)
		}
	}
	s.lines()
}

// Without the flags there is the public address and no other.
func TestInsideIsOffByDefault(t *testing.T) {
	s, _, _, _ := newSite(t, "the operator", nil)
	if metricsAt.MatchString(s.printed) || profilesAt.MatchString(s.printed) || strings.Count(s.printed, "http://") != 1 {
		t.Errorf("it prints %s", s.printed)
	}
	for _, target := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap"} {
		if status, _ := s.ask("GET", target, "", "the operator"); status != http.StatusNotFound {
			t.Errorf("%s: %d", target, status)
		}
	}
	s.ask("GET", "/healthz", "", "", "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	s.lines()
	if strings.Contains(s.logged.String(), "trace") {
		t.Errorf("traces are off, and the log has %s", s.logged)
	}
}

// Traces reach a collector, at the latest at the end, and the log says which line belongs to which.
func TestTracesOfTheProgram(t *testing.T) {
	var posts, bytes atomic.Int64
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if n, err := io.Copy(io.Discard, r.Body); r.Method == "POST" && r.URL.Path == "/v1/traces" && err == nil {
			posts.Add(1)
			bytes.Add(n)
		}
	}))
	defer collector.Close()
	s, _, _, _ := newSite(t, "the operator", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL}, "--log-level", "debug")
	const trace = "0af7651916cd43dd8448eb211c80319c"
	s.ask("GET", "/v1/teams/acme/balance", "", "the operator", "Traceparent", "00-"+trace+"-b7ad6b7169203331-01")
	mine := 0
	for _, line := range s.lines() {
		if line["trace"] == trace {
			mine++
		}
		if line["msg"] == "answered" && line["trace"] == nil {
			t.Errorf("a request was not traced: %v", line)
		}
	}
	if mine != 1 || posts.Load() == 0 || bytes.Load() == 0 {
		t.Errorf("%d lines, %d posts of %d bytes", mine, posts.Load(), bytes.Load())
	}
}

// A collector that is not there holds up neither requests nor the end, and is one line in the log.
func TestNoCollector(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and answers nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, address := range map[string]string{"deaf": l.Addr().String(), "absent": "127.0.0.1:1"} {
		t.Run(name, func(t *testing.T) {
			env := []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://" + address, "OTEL_BSP_SCHEDULE_DELAY=10"}
			s, _, _, _ := newSite(t, "the operator", env)
			begin := time.Now()
			for range 500 {
				s.ask("GET", "/healthz", "", "")
			}
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("500 requests took %v", took)
			}
			begin = time.Now()
			lines := s.lines()
			if took := time.Since(begin); took > flushing+4*time.Second {
				t.Errorf("the end took %v", took)
			}
			complaints := 0
			for _, line := range lines {
				if line["level"] == "WARN" && strings.Contains(line["msg"].(string), "traces") {
					complaints++
				}
			}
			if complaints != 1 {
				t.Errorf("%d lines about it:\n%s", complaints, s.logged)
			}
		})
	}
}

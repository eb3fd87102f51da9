package observe

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// metricsOf is what a scrape of the metrics shows of names that begin so.
func metricsOf(t *testing.T, m *Metrics, prefix string) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var b strings.Builder
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, prefix) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// site is a handler with routes, under everything that is measured and traced of it.
func site(m *Metrics, tr *Traces) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/teams/{team}/sessions", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "r-1")
		if tr != nil {
			defer tr.Wait(r.Context(), "wait")()
		}
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusCreated)
	})
	mux.HandleFunc("GET /fails", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	mux.HandleFunc("GET /stops", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/", http.NotFound)
	return tr.Requests(m.Requests(mux))
}

func ask(h http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest(method, target, strings.NewReader("{}"))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	defer func() { _ = recover() }()
	h.ServeHTTP(w, r)
	return w
}

func TestRequestsAreCountedByRoute(t *testing.T) {
	m := NewMetrics("1.2.3")
	h := site(m, nil)
	for _, team := range []string{"acme", "globex", "initech"} {
		ask(h, "POST", "/v1/teams/"+team+"/sessions?user=ben")
	}
	ask(h, "GET", "/fails")
	ask(h, "GET", "/stops")
	ask(h, "GET", "/ben@acme.example")
	ask(h, "BREW", "/pot")
	want := `daypass_http_requests_total{route="GET /fails",status="5xx"} 1
daypass_http_requests_total{route="GET /stops",status="2xx"} 1
daypass_http_requests_total{route="POST /v1/teams/{team}/sessions",status="2xx"} 3
daypass_http_requests_total{route="none",status="4xx"} 2
`
	if got := metricsOf(t, m, "daypass_http_requests_total"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := metricsOf(t, m, `daypass_http_request_duration_seconds_count{route="POST`); !strings.HasSuffix(got, "} 3\n") {
		t.Errorf("%s", got)
	}
	if got := metricsOf(t, m, "daypass_http_requests_in_flight"); got != "daypass_http_requests_in_flight 0\n" {
		t.Errorf("%s", got)
	}
	if got := metricsOf(t, m, "daypass_build_info"); !regexp.MustCompile(`^daypass_build_info\{go="go1[^"]+",version="1\.2\.3"\} 1\n$`).MatchString(got) {
		t.Errorf("%s", got)
	}
	for _, standard := range []string{"go_goroutines ", "process_open_fds "} {
		if metricsOf(t, m, standard) == "" {
			t.Errorf("there is no %s", standard)
		}
	}
}

func TestRequestsUnderWay(t *testing.T) {
	m, seen := NewMetrics(""), ""
	h := m.Requests(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		seen = metricsOf(t, m, "daypass_http_requests_in_flight")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("what is below cannot be reached: %v", err)
		}
		// Its answer is sent: what the handler still does is not part of the request.
		if got := metricsOf(t, m, "daypass_http_requests_in_flight"); got != "daypass_http_requests_in_flight 0\n" {
			t.Errorf("%q", got)
		}
	}))
	ask(h, "GET", "/")
	if got := metricsOf(t, m, "daypass_http_requests_in_flight"); got != "daypass_http_requests_in_flight 0\n" {
		t.Errorf("%q", got)
	}
	if seen != "daypass_http_requests_in_flight 1\n" {
		t.Errorf("%q", seen)
	}
}

// A handler for metrics and one for profiles answer nothing of each other's.
func TestEachHasItsOwn(t *testing.T) {
	for _, c := range []struct {
		h      http.Handler
		target string
		status int
	}{
		{NewMetrics("").Handler(), "http://127.0.0.1/metrics", 200},
		{NewMetrics("").Handler(), "http://127.0.0.1/", 404},
		{NewMetrics("").Handler(), "http://127.0.0.1/debug/pprof/", 404},
		{Profiles(), "http://127.0.0.1/metrics", 404},
		{Profiles(), "http://127.0.0.1/debug/pprof/", 200},
		{Profiles(), "http://localhost:6060/debug/pprof/heap", 200},
		{Profiles(), "http://[::1]:6060/debug/pprof/goroutine", 200},
		{Profiles(), "http://127.0.0.1/debug/pprof/cmdline", 404},
		{Profiles(), "http://evil.example:6060/debug/pprof/heap", 403},
	} {
		if w := ask(c.h, "GET", c.target); w.Code != c.status {
			t.Errorf("%s: %d, want %d", c.target, w.Code, c.status)
		}
	}
}

func TestLoopback(t *testing.T) {
	for address, want := range map[string]bool{"127.0.0.1:6060": true, "127.9.9.9:1": true, "[::1]:6060": true, "localhost:0": true, "localhost": true,
		":6060": false, "": false, "0.0.0.0:6060": false, "[::]:6060": false, "10.0.0.1:6060": false, "localhost.example:1": false, "127.0.0.1.example:1": false} {
		if got := Loopback(address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}

package observe

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// kept are the spans that would have left.
type kept struct {
	mu    sync.Mutex
	spans tracetest.SpanStubs
}

func (k *kept) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.spans = append(k.spans, tracetest.SpanStubsFromReadOnlySpans(spans)...)
	return nil
}

func (k *kept) Shutdown(context.Context) error { return nil }

func TestSpansTellNothingOfAnybody(t *testing.T) {
	k, out := &kept{}, new(bytes.Buffer)
	tr := newTraces(NewLog(out, slog.LevelDebug), sdktrace.WithSyncer(discreet{k, nil}))
	ask(site(nil, tr), "POST", "/v1/teams/acme/sessions?user=ben@acme.example", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"User-Agent", "ben's own", "X-Forwarded-For", "192.0.2.7", "Authorization", "Bearer secret")
	ask(site(nil, tr), "GET", "/fails")
	if len(k.spans) != 3 {
		t.Fatalf("%d spans: %+v", len(k.spans), k.spans)
	}
	wait, request, failed := k.spans[0], k.spans[1], k.spans[2]
	if wait.Name != "wait" || wait.Parent.SpanID() != request.SpanContext.SpanID() {
		t.Errorf("%+v", wait)
	}
	if request.Name != "POST /v1/teams/{team}/sessions" || request.SpanContext.TraceID().String() != "0af7651916cd43dd8448eb211c80319c" || request.Parent.SpanID().String() != "b7ad6b7169203331" {
		t.Errorf("%s: %+v, below %+v", request.Name, request.SpanContext, request.Parent)
	}
	if failed.Name != "GET /fails" || failed.Status.Code.String() != "Error" || failed.Parent.IsValid() {
		t.Errorf("%+v", failed)
	}
	got := attribute.NewSet(request.Attributes...)
	for name, want := range map[attribute.Key]string{"http.route": "POST /v1/teams/{team}/sessions", "http.request.method": "POST",
		"http.response.status_code": "201", "daypass.request": "r-1"} {
		if v, _ := got.Value(name); v.String() != want {
			t.Errorf("%s is %q, want %q", name, v.String(), want)
		}
	}
	for _, s := range k.spans {
		for _, a := range s.Attributes {
			for _, of := range []string{"acme", "ben", "192.0.2", "secret"} {
				if strings.Contains(a.Value.String(), of) {
					t.Errorf("%s tells %s", a.Key, a.Value.String())
				}
			}
		}
	}
}

// Without a collector there is no trace: nothing reads the header, and nothing stands in the way.
func TestTracesAreOffByDefault(t *testing.T) {
	tr, err := StartTraces(t.Context(), "1", environment(nil), slog.Default())
	if tr != nil || err != nil {
		t.Fatalf("%v %v", tr, err)
	}
	h := http.NewServeMux()
	if tr.Requests(h) != http.Handler(h) || (*Metrics)(nil).Requests(h) != http.Handler(h) {
		t.Error("something stands before the handler")
	}
	tr.Close(t.Context())
}

func environment(set map[string]string) func(string) string {
	return func(name string) string { return set[name] }
}

func TestWantsTraces(t *testing.T) {
	for _, c := range []struct {
		set    map[string]string
		wanted bool
		wrong  string // a part of the error
	}{
		{nil, false, ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, true, ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://collector.example/v1/traces"}, true, ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, false, ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, false, ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}, true, ""},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "127.0.0.1:4318"}, false, "OTEL_EXPORTER_OTLP_ENDPOINT is not an address such as http://"},
		{map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "collector"}, false, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not"},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:hunter2@b:4318"}, false, "put it into OTEL_EXPORTER_OTLP_HEADERS"},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:hunter2@b:port"}, false, "is not an address"},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://b:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, false, `OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"`},
	} {
		wanted, err := wantsTraces(environment(c.set))
		if wanted != c.wanted || (err != nil) != (c.wrong != "") || err != nil && (!strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%v: %v, %v", c.set, wanted, err)
		}
	}
}

// collector is a receiver of OTLP over HTTP that counts what it is sent.
func collector(t *testing.T) (address string, posts *atomic.Int64) {
	posts = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); r.Method == "POST" && r.URL.Path == "/v1/traces" && len(body) > 0 && err == nil {
			posts.Add(1)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, posts
}

// logged is a log's lines; the library goes on writing to it when the test has seen enough.
type logged struct {
	mu    sync.Mutex
	lines []string
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, string(line))
	return len(line), nil
}

func (l *logged) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}

func start(t *testing.T, address string) (*Traces, *logged) {
	t.Helper()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
	out := new(logged)
	set := map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": address}
	tr, err := StartTraces(t.Context(), "1.2.3", environment(set), NewLog(out, slog.LevelInfo))
	if err != nil {
		t.Fatal(err)
	}
	return tr, out
}

// What has not been sent yet is sent at the end.
func TestTracesAreDelivered(t *testing.T) {
	address, posts := collector(t)
	tr, out := start(t, address)
	ask(site(nil, tr), "GET", "/fails")
	if n := posts.Load(); n != 0 {
		t.Errorf("%d posts while nothing waits for them", n)
	}
	tr.Close(t.Context())
	if lines := out.all(); posts.Load() != 1 || len(lines) > 0 {
		t.Errorf("%d posts, and the log says %s", posts.Load(), lines)
	}
}

// A collector that takes connections and answers nothing costs requests nothing, and the end no longer than it may take.
func TestDeafCollector(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	tr, out := start(t, "http://"+l.Addr().String())
	h, begin := site(nil, tr), time.Now()
	const many = 3_000 // more than the library keeps
	for range many {
		ask(h, "POST", "/v1/teams/acme/sessions")
	}
	if took := time.Since(begin); took > 8*time.Second { // one batch alone would wait for ten
		t.Errorf("%d requests took %v", many, took)
	}
	end, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin = time.Now()
	tr.Close(end)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the end took %v", took)
	}
	if lines := out.all(); len(lines) != 1 || !strings.Contains(lines[0], "the last traces were not delivered") {
		t.Errorf("the log has %s", lines)
	}
}

// A collector that is not there is said once, and once more after a while.
func TestComplaintsAreFew(t *testing.T) {
	out := new(bytes.Buffer)
	c := &complaints{log: NewLog(out, slog.LevelInfo), every: time.Hour}
	for range 1000 {
		c.Handle(errors.New(strings.Repeat("refused ", 1000)))
	}
	c.last = c.last.Add(-time.Hour)
	c.Handle(errors.New("refused"))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || len(lines[0]) > 600 || !strings.Contains(lines[1], `"before":999`) {
		t.Errorf("%s", out)
	}
}

// Where a request is traced, its lines in the log say so.
func TestLogHasTheTrace(t *testing.T) {
	out := new(bytes.Buffer)
	log := NewLog(out, slog.LevelInfo)
	tr := newTraces(log, sdktrace.WithSyncer(discreet{&kept{}, nil}))
	h := tr.Requests(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { log.InfoContext(r.Context(), "here") }))
	ask(h, "GET", "/", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if !strings.Contains(out.String(), `"trace":"0af7651916cd43dd8448eb211c80319c"`) {
		t.Errorf("%s", out)
	}
}

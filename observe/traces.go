package observe

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Traces sends what a request went through to a collector. A nil Traces traces nothing and costs nothing.
type Traces struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	log      *slog.Logger
}

// StartTraces traces when the environment names a collector (OTEL_EXPORTER_OTLP_ENDPOINT or
// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT); otherwise it returns nil. It does not wait for the collector: what cannot be
// delivered is dropped, and the log says so now and then.
func StartTraces(ctx context.Context, release string, env func(string) string, log *slog.Logger) (*Traces, error) {
	if wanted, err := wantsTraces(env); err != nil || !wanted {
		return nil, err
	}
	said := &complaints{log: log, every: time.Minute}
	otel.SetErrorHandler(said) // what the library says of its own settings has no other place
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("preparing to send traces: %w", err)
	}
	what, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "daypass"),
		attribute.String("service.version", release)), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("reading OTEL_RESOURCE_ATTRIBUTES, which wants name=value,name=value: %w", err)
	}
	return newTraces(log, sdktrace.WithBatcher(discreet{exporter, said}), sdktrace.WithResource(what)), nil
}

func newTraces(log *slog.Logger, options ...sdktrace.TracerProviderOption) *Traces {
	p := sdktrace.NewTracerProvider(options...)
	return &Traces{provider: p, tracer: p.Tracer("github.com/daypass/daypass"), log: log}
}

// endpoints are the variables that name a collector; the first that is set counts.
var endpoints = []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"}

// wantsTraces says whether the environment asks for traces, and what it asks for wrongly. The library itself would go
// on with a default that nobody meant.
func wantsTraces(env func(string) string) (bool, error) {
	if env("OTEL_SDK_DISABLED") == "true" || env("OTEL_TRACES_EXPORTER") == "none" {
		return false, nil
	}
	at := slices.IndexFunc(endpoints, func(name string) bool { return env(name) != "" })
	if at < 0 {
		return false, nil
	}
	name := endpoints[at]
	u, err := url.Parse(env(name))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return false, fmt.Errorf("%s is not an address such as http://127.0.0.1:4318", name)
	case u.User != nil:
		return false, fmt.Errorf("%s has a name or a password in it, which would not be sent: put it into OTEL_EXPORTER_OTLP_HEADERS", name)
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"} {
		if p := env(name); p != "" && p != "http/protobuf" && p != "http/json" {
			return false, fmt.Errorf("%s is %q, and traces are sent by http/protobuf or http/json: choose one of them, and the collector's port for it, mostly 4318", name, p)
		}
	}
	return true, nil
}

// Requests traces what next answers, under the pattern of its route, as a part of the trace that the caller's
// traceparent names.
func (t *Traces) Requests(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	named := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		trace.SpanFromContext(r.Context()).SetAttributes(attribute.String("http.route", r.Pattern),
			attribute.String("daypass.request", w.Header().Get("X-Request-Id")))
	})
	return otelhttp.NewHandler(named, "", otelhttp.WithTracerProvider(t.provider), otelhttp.WithPropagators(propagation.TraceContext{}))
}

// Wait traces a wait within a request until done is called. Outside of a request that is traced it does nothing.
func (t *Traces) Wait(ctx context.Context, what string) (done func()) {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return func() {}
	}
	_, span := t.tracer.Start(ctx, what)
	return func() { span.End() }
}

// Close delivers what has not been delivered, as long as the context lets it.
func (t *Traces) Close(ctx context.Context) {
	if t == nil {
		return
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		t.log.Warn("the last traces were not delivered", "error", err.Error())
	}
}

// discreet sends only what is known to tell nothing of anybody: the library notes addresses, which name teams and
// users, and where callers call from. What cannot be sent is said, and dropped.
type discreet struct {
	sdktrace.SpanExporter
	said *complaints
}

// sent are the attributes that leave.
var sent = map[attribute.Key]bool{"http.request.method": true, "http.route": true, "http.response.status_code": true,
	"http.request.body.size": true, "http.response.body.size": true, "url.scheme": true, "network.protocol.version": true,
	"error.type": true, "daypass.request": true}

func (d discreet) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	told := make([]sdktrace.ReadOnlySpan, len(spans))
	for i, s := range spans {
		told[i] = discreetSpan{s}
	}
	if err := d.SpanExporter.ExportSpans(ctx, told); err != nil {
		d.said.Handle(err)
	}
	return nil
}

type discreetSpan struct{ sdktrace.ReadOnlySpan }

func (s discreetSpan) Attributes() []attribute.KeyValue {
	return slices.DeleteFunc(slices.Clone(s.ReadOnlySpan.Attributes()), func(a attribute.KeyValue) bool { return !sent[a.Key] })
}

// complaints is what goes wrong with traces, said at most once in a while.
type complaints struct {
	log   *slog.Logger
	every time.Duration

	mu     sync.Mutex
	last   time.Time
	silent int // complaints since then
}

// Handle says it, or counts it.
func (c *complaints) Handle(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.last.IsZero() && time.Since(c.last) < c.every {
		c.silent++
		return
	}
	text := err.Error()
	c.log.Warn("something is wrong with traces; requests are not touched by it", "error", text[:min(len(text), 300)], "before", c.silent)
	c.last, c.silent = time.Now(), 0
}

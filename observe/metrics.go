// Package observe is how a running server is looked at: its metrics, its log, its traces and its profiles. It
// knows nothing of what it looks at; who measures something registers it here. Nothing of it names a user, a team, a
// product or a customer but the log, and nothing of it holds a secret.
package observe

import (
	"database/sql"
	"net/http"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is the one registry of a server.
type Metrics struct {
	registry *prometheus.Registry
	requests requests
}

// NewMetrics returns a registry with what every server has: its release, its requests, the process and Go.
func NewMetrics(release string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), requests: newRequests()}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "daypass_build_info", Help: "Always 1: the labels say which release runs, and the Go that it was built with.",
		ConstLabels: prometheus.Labels{"version": release, "go": runtime.Version()}})
	build.Set(1)
	m.registry.MustRegister(build, m.requests.total, m.requests.seconds, m.requests.underWay,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Registerer is where others add what they measure.
func (m *Metrics) Registerer() prometheus.Registerer { return m.registry }

// Pool adds how busy a pool of connections is; what names it in the label db_name.
func (m *Metrics) Pool(what string, db *sql.DB) {
	m.registry.MustRegister(collectors.NewDBStatsCollector(db, what))
}

// maxScrapes bounds the scrapes that are answered at once.
const maxScrapes = 4

// Handler answers GET /metrics in the form of Prometheus, and nothing else.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes}))
	return mux
}

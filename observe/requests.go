package observe

import (
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// requests is what is measured of HTTP. The route is a pattern of the table of routes, never an address: an
// address names teams and users, and there is no end of them.
type requests struct {
	total    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	underWay prometheus.Gauge
}

func newRequests() requests {
	return requests{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "daypass_http_requests_total",
			Help: "Requests answered, by route (its pattern; none where no route matches) and class of status, such as 2xx."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "daypass_http_request_duration_seconds",
			Help: "How long requests took, from their head to the end of their answer, by route.", Buckets: durations}, []string{"route"}),
		underWay: prometheus.NewGauge(prometheus.GaugeOpts{Name: "daypass_http_requests_in_flight", Help: "Requests that are being answered now."}),
	}
}

// durations are the buckets of durations, in seconds: from what memory answers in to what nobody waits for.
var durations = []float64{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// Requests measures what next answers. A nil m measures nothing and costs nothing.
func (m *Metrics) Requests(next http.Handler) http.Handler {
	if m == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin, seen := time.Now(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		m.requests.underWay.Inc()
		seen.done = sync.OnceFunc(func() {
			m.requests.underWay.Dec()
			m.requests.done(r.Pattern, seen.status, time.Since(begin))
		})
		defer seen.done()
		next.ServeHTTP(seen, r)
	})
}

// done notes an answer. The mux has written the pattern into the request by then.
func (q requests) done(route string, status int, took time.Duration) {
	if route == "" || route == "/" {
		route = "none"
	}
	q.total.WithLabelValues(route, class(status)).Inc()
	q.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// classes of status, by their first digit.
var classes = [...]string{"other", "1xx", "2xx", "3xx", "4xx", "5xx"}

func class(status int) string {
	if first := status / 100; first > 0 && first < len(classes) {
		return classes[first]
	}
	return classes[0]
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
	done   func()
}

// WriteHeader takes the status that counts: what is only on its way to an answer is not it.
func (w *statusWriter) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// FlushError sends a whole answer before its handler returns: the request is answered then, whatever the handler
// does with the connection afterwards.
func (w *statusWriter) FlushError() error {
	defer w.done()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach what is below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

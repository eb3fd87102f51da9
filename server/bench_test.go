package server

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// clients is how many connections ask at once.
const clients = 64

// listen serves a world on a true loopback port and returns its address and a client that keeps its
// connections.
func listen(b *testing.B, w *world) (string, *http.Client) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	s := &http.Server{Handler: w.Server}
	go s.Serve(l)
	b.Cleanup(func() { must(b, s.Close()) })
	transport := &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients, DisableCompression: true}
	b.Cleanup(transport.CloseIdleConnections)
	return "http://" + l.Addr().String(), &http.Client{Transport: transport}
}

func quiet(o *Options) { o.Log = slog.New(slog.DiscardHandler) }

// hammer asks b.N times from all clients at once.
func hammer(b *testing.B, client *http.Client, request func(n int64) *http.Request) {
	b.Helper()
	var count atomic.Int64
	b.SetParallelism((clients + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ReportAllocs()
	var failed sync.Once
	before := cpuTime(b)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			answer, err := client.Do(request(count.Add(1)))
			if err != nil {
				failed.Do(func() { b.Error(err) })
				return
			}
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				failed.Do(func() { b.Error(answer.Status) })
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/answer")
}

// cpuTime is what this process has used: server and clients together. On a machine that does other things
// too, it says more than the time that went by.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// newRequest is the same client code for both.
func newRequest(b *testing.B, method, address, key, body string) *http.Request {
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	must(b, err)
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	return r
}

func BenchmarkHealthz(b *testing.B) {
	w := newWorld(b, quiet)
	address, client := listen(b, w)
	key := w.secret["acme/product"]
	hammer(b, client, func(int64) *http.Request { return newRequest(b, "GET", address+"/healthz", key, "") })
}

func BenchmarkOpenInsideLivePass(b *testing.B) {
	w := newWorld(b, quiet)
	address, client := listen(b, w)
	key := w.secret["acme/product"]
	body := `{"id":"ses-%d","user":"ben","product":"revit","device":"laptop-7"}`
	w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", fmt.Sprintf(body, 0))
	hammer(b, client, func(n int64) *http.Request {
		return newRequest(b, "POST", address+"/v1/teams/acme/sessions", key, fmt.Sprintf(body, n))
	})
}

package server

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/daypass/daypass/desk"
)

// clients is how many connections ask at once.
const clients = 256

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

// spell is how long one side of a round is asked.
const spell = 700 * time.Millisecond

// pace is how fast one side answered, and what processor time client and server took together.
type pace struct{ perSecond, cpu float64 }

// hammer asks for a spell from all clients at once.
func hammer(b *testing.B, client *http.Client, request func() *http.Request) pace {
	b.Helper()
	var answers atomic.Int64
	var failed sync.Once
	var all sync.WaitGroup
	before, begin := cpuTime(b), time.Now()
	for range clients {
		all.Go(func() {
			for time.Since(begin) < spell {
				answer, err := client.Do(request())
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
				answers.Add(1)
			}
		})
	}
	all.Wait()
	n := float64(answers.Load())
	return pace{n / time.Since(begin).Seconds(), float64((cpuTime(b) - before).Microseconds()) / n}
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

// BenchmarkOpenInsideLivePass asks in turns for /healthz and for openings inside a live pass: distinct sessions on
// the user's device, decoded strictly, authorized, each lease signed. The pass is past its first minutes, in
// which it could still be given back.
func BenchmarkOpenInsideLivePass(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(desk.GCPercent)) // as the server does
	w := newWorld(b, quiet)
	address, client := listen(b, w)
	key := w.secret["acme/product"]
	body := `{"id":"ses-%d","user":"ben","product":"revit","device":"laptop-7"}`
	w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", fmt.Sprintf(body, 0))
	must(b, w.clock.Advance(10*time.Minute))
	var sessions atomic.Int64
	var health, open []pace
	for b.Loop() {
		health = append(health, hammer(b, client, func() *http.Request {
			return newRequest(b, "GET", address+"/healthz", key, "")
		}))
		open = append(open, hammer(b, client, func() *http.Request {
			return newRequest(b, "POST", address+"/v1/teams/acme/sessions", key, fmt.Sprintf(body, sessions.Add(1)))
		}))
	}
	b.ReportMetric(0, "ns/op")
	rate := func(p pace) float64 { return p.perSecond }
	cpu := func(p pace) float64 { return p.cpu }
	b.ReportMetric(median(open, rate), "opens/s")
	b.ReportMetric(median(health, rate), "healthz/s")
	b.ReportMetric(median(open, rate)/median(health, rate), "x_healthz")
	b.ReportMetric(median(open, cpu), "open_cpu_µs")
	b.ReportMetric(median(health, cpu), "healthz_cpu_µs")
}

func median(all []pace, of func(pace) float64) float64 {
	values := make([]float64, len(all))
	for i, p := range all {
		values[i] = of(p)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

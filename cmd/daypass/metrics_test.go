package main

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/observe"
	"github.com/daypass/daypass/server"
)

var updateMetrics = flag.Bool("metrics.update", false, "write the table of docs/metrics.md")

// described is what a registry says of a metric.
var described = regexp.MustCompile(`^Desc\{fqName: "(\w+)", help: "(.*)", unit: "\w*", constLabels: \{.*\}, variableLabels: \{(.*)\}\}$`)

// standard begin the names of the metrics that are not ours.
var standard = regexp.MustCompile(`^(go|process|go_sql)_`)

// TestMetricsTable holds that docs/metrics.md has a row for each metric, and none for any other.
func TestMetricsTable(t *testing.T) {
	const file, begin, end = "../../docs/metrics.md", "<!-- metrics -->\n", "<!-- /metrics -->\n"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), begin)
	got, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the page has no place for the table")
	}
	want := metricsTable(t)
	if *updateMetrics {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("write it anew with: go test ./cmd/daypass -run TestMetricsTable -metrics.update\n%s", cmp.Diff(got, want))
	}
	for _, name := range regexp.MustCompile(`daypass_\w+`).FindAllString(before+after, -1) {
		if !strings.Contains(want, "`"+strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")+"`") {
			t.Errorf("the page speaks of %s, which there is not", name)
		}
	}
}

// metricsTable is the table of all that a server measures.
func metricsTable(t *testing.T) string {
	j, err := journal.Open(t.Context(), t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	in := inside{metrics: observe.NewMetrics("1.2.3")}
	in.desk = desk.NewMetrics(in.metrics.Registerer())
	in.watch(j, desk.Options{})
	in.watchLoad(func() server.Load { return server.Load{} })
	r := in.metrics.Registerer().(*prometheus.Registry)
	in.metrics.Requests(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	kinds := kindsOf(t, r)
	var rows []string
	for _, d := range descriptions(r) {
		parts := described.FindStringSubmatch(d)
		if parts == nil {
			t.Fatalf("what is %s?", d)
		}
		name, help, labels := parts[1], strings.ReplaceAll(parts[2], `\"`, `"`), parts[3]
		if standard.MatchString(name) {
			continue
		}
		if !strings.HasPrefix(name, "daypass_") || help == "" || kinds[name] == "" {
			t.Errorf("%s: its name, its help or its value is missing", name)
		}
		if name == "daypass_build_info" {
			labels = "version,go"
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |\n", name, kinds[name], strings.ReplaceAll(labels, ",", ", "), help))
	}
	slices.Sort(rows)
	return "| metric | kind | labels | what |\n|---|---|---|---|\n" + strings.Join(rows, "")
}

func descriptions(r *prometheus.Registry) (all []string) {
	c := make(chan *prometheus.Desc)
	go func() {
		r.Describe(c)
		close(c)
	}()
	for d := range c {
		all = append(all, d.String())
	}
	return all
}

func kindsOf(t *testing.T, r *prometheus.Registry) map[string]string {
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, f := range families {
		kinds[f.GetName()] = strings.ToLower(f.GetType().String())
	}
	return kinds
}

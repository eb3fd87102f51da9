package bench

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Report is what a run has measured. All figures are medians over its rounds; those that compare are medians of what
// each round gave.
type Report struct {
	Engine   string    `json:"engine"`
	Measured time.Time `json:"measured"`
	Rounds   int       `json:"rounds"`
	Seconds  float64   `json:"seconds"` // of each turn
	// Settings are what the figures hang on: the machine's and the database's.
	Settings []Setting `json:"settings"`
	Lines    []Line    `json:"charges,omitempty"`
	Servers  []Pair    `json:"servers,omitempty"`
	HTTP     *Web      `json:"http,omitempty"`
}

// Setting is a name and a value.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Line is the desk against its yardsticks.
type Line struct {
	Shape      string    `json:"shape"`
	Teams      int       `json:"teams"`
	Callers    int       `json:"callers"`
	Desk       Figures   `json:"desk"`
	Yardsticks []Figures `json:"yardsticks"`
}

// Figures are those of one side, and the desk's over them.
type Figures struct {
	Name      string  `json:"name"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_us,omitzero"` // microseconds to an answer; 0: nobody waited for single ones
	P99       float64 `json:"p99_us,omitzero"`
	// What the desk did a second, and what its answers took, divided by this side's.
	Rate float64 `json:"desk_per_second_over_it,omitzero"`
	Half float64 `json:"desk_p50_over_its_p50,omitzero"`
	Tail float64 `json:"desk_p99_over_its_p50,omitzero"`
}

// Pair is two servers on one database against one alone, with as many callers in all.
type Pair struct {
	Shape    string  `json:"shape"`
	Teams    int     `json:"teams"`
	Callers  int     `json:"callers"`
	Alone    float64 `json:"alone_per_second"`
	Together float64 `json:"together_per_second"`
	Ratio    float64 `json:"together_over_alone"`
	// ByTeam is with each team's requests at one of the two; 0 where there is one team.
	ByTeam      float64 `json:"by_team_per_second,omitempty"`
	ByTeamRatio float64 `json:"by_team_over_alone,omitempty"`
}

// Web is what a server does over HTTP.
type Web struct {
	Connections int     `json:"connections"`
	Health      float64 `json:"healthz_per_second"`
	Opens       float64 `json:"charged_opens_per_second"`
	OpensRatio  float64 `json:"charged_opens_over_healthz"`
	P50         float64 `json:"charged_open_p50_us"`
	P99         float64 `json:"charged_open_p99_us"`
	// Bulk is charges in requests of BulkItems each, Inside the desk in the process, with as many charges under way.
	BulkItems int     `json:"bulk_items"`
	Bulk      float64 `json:"bulk_charges_per_second"`
	Inside    float64 `json:"in_process_charges_per_second"`
	BulkRatio float64 `json:"bulk_over_in_process"`
	// The same as the first, asked with Go's own HTTP client in place of the least that speaks HTTP.
	UsualHealth     float64 `json:"healthz_per_second_with_go_client"`
	UsualOpens      float64 `json:"charged_opens_per_second_with_go_client"`
	UsualOpensRatio float64 `json:"charged_opens_over_healthz_with_go_client"`
}

// The engines.
const (
	sqlite     = "SQLite"
	postgreSQL = "PostgreSQL"
)

func newReport(o Options, settings []Setting) *Report {
	r := &Report{Engine: sqlite, Measured: time.Now().UTC().Truncate(time.Second), Rounds: o.Rounds, Seconds: o.Duration.Seconds()}
	if o.Database != "" {
		r.Engine = postgreSQL
	}
	r.Settings = append([]Setting{{"cores", strconv.Itoa(runtime.GOMAXPROCS(0))}, {"Go", runtime.Version()}}, settings...)
	return r
}

// lineOf makes a line of what the sides did, the desk first.
func lineOf(s Shape, callers int, sides []player, paces [][]pace) Line {
	l := Line{Shape: s.Name, Teams: s.Teams, Callers: callers}
	if paces == nil {
		return l
	}
	l.Desk = figuresOf(sides[0].name, paces[0])
	for i := 1; i < len(sides); i++ {
		f := figuresOf(sides[i].name, paces[i])
		f.Rate = ratio(paces[0], paces[i], pace.perSecond, pace.perSecond)
		f.Half = ratio(paces[0], paces[i], half, half)
		f.Tail = ratio(paces[0], paces[i], tail, half)
		l.Yardsticks = append(l.Yardsticks, f)
	}
	return l
}

func half(p pace) float64 { return p.quantile(0.5) }
func tail(p pace) float64 { return p.quantile(0.99) }

func figuresOf(name string, rounds []pace) Figures {
	return Figures{Name: name, PerSecond: middle(rounds, pace.perSecond), P50: middle(rounds, half), P99: middle(rounds, tail)}
}

func middle(rounds []pace, of func(pace) float64) float64 {
	v := make([]float64, len(rounds))
	for i, p := range rounds {
		v[i] = of(p)
	}
	return median(v)
}

// ratio is the median of what each round gave; 0 where one side has no such figure.
func ratio(a, b []pace, ofA, ofB func(pace) float64) float64 {
	var v []float64
	for i := range a {
		if y := ofB(b[i]); y > 0 {
			v = append(v, ofA(a[i])/y)
		}
	}
	return median(v)
}

// Conditions are what the figures hang on, in a sentence.
func (r *Report) Conditions() string {
	var b strings.Builder
	rounds := "1 round"
	if r.Rounds > 1 {
		rounds = fmt.Sprintf("medians of %d rounds", r.Rounds)
	}
	fmt.Fprintf(&b, "On %s: %s of %g s;", r.Engine, rounds, r.Seconds)
	for _, s := range r.Settings {
		fmt.Fprintf(&b, " %s %s;", s.Name, s.Value)
	}
	return strings.TrimSuffix(b.String(), ";") + ". All that was answered is stored, once, and adds up."
}

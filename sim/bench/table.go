package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// Table is figures as people read them.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]string
	Notes   []string
}

// Column is a heading; figures stand to the right.
type Column struct {
	Title   string
	Figures bool
}

// Tables are all figures of a report. Those that compare are ratios, the desk's over the yardstick's.
func (r *Report) Tables() (list []Table) {
	if len(r.Lines) > 0 {
		list = append(list, r.charges())
	}
	if len(r.Servers) > 0 {
		list = append(list, r.servers())
	}
	if r.HTTP != nil {
		list = append(list, r.HTTP.table())
	}
	return list
}

// charges has a column for each yardstick: how many times as many charges the desk does a second.
func (r *Report) charges() Table {
	t := Table{Title: "Charges", Columns: []Column{{"teams", true}, {"callers", true}, {"charges/s", true}}}
	add := func(title string) { t.Columns = append(t.Columns, Column{title, true}) }
	first := r.Lines[0].Yardsticks
	for _, y := range first {
		if y.Name != synchronized {
			add("× " + y.Name)
		}
	}
	for _, title := range []string{"p50 ms", "p99 ms", "p50 × " + naive, "p99 × " + naive + " p50"} {
		add(title)
	}
	if named(first, synchronized) != nil {
		add("p50 × " + synchronized)
	}
	for _, l := range r.Lines {
		t.Rows = append(t.Rows, l.row())
	}
	for _, y := range first {
		t.Notes = append(t.Notes, y.Name+": "+meanings[y.Name]+".")
	}
	if r.Engine == postgreSQL && named(first, pgbenchName) == nil {
		t.Notes = append(t.Notes, "pgbench is left out: it is neither on the path nor under /usr/lib/postgresql.")
	}
	return t
}

func (l *Line) row() []string {
	row := []string{strconv.Itoa(l.Teams), strconv.Itoa(l.Callers), whole(l.Desk.PerSecond)}
	for _, y := range l.Yardsticks {
		if y.Name != synchronized {
			row = append(row, short(y.Rate))
		}
	}
	row = append(row, short(l.Desk.P50/1000), short(l.Desk.P99/1000), short(l.Yardsticks[0].Half), short(l.Yardsticks[0].Tail))
	if y := named(l.Yardsticks, synchronized); y != nil {
		row = append(row, short(y.Half))
	}
	return row
}

// The names of the yardsticks, and what they are.
const (
	naive        = "naive" // the first on both engines
	queued       = "queued"
	plainRows    = "plain"
	synchronized = "sync"
	oneGo        = "one go"
	pgbenchName  = "pgbench"
	copyRows     = "COPY"
)

var meanings = map[string]string{
	naive:        "one transaction for each charge, a statement after the other, with a connection for each caller as far as the database has them, and the same promises kept by rows and locks",
	queued:       "the same on one connection, so that callers queue for it",
	plainRows:    "the journal's rows, inserted in batches as large as the desk's, and nothing else",
	synchronized: "one write of 8 kB into a file, and its sync",
	oneGo:        "the same, sent at once and decided in SQL, on as many connections as do best: the best that one transaction for each charge can do",
	pgbenchName:  "the database's own benchmark, simple-update, 32 clients, its transactions a second",
	copyRows:     "the journal's rows, inserted with COPY in batches as large as the desk's by one writer, and nothing else",
}

func named(list []Figures, name string) *Figures {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

func (r *Report) servers() Table {
	t := Table{Title: "Two servers on one database, with as many callers in all as one alone",
		Columns: []Column{{"teams", true}, {"callers", true}, {"alone, charges/s", true}, {"any for any team", true}, {"× alone", true}, {"each for its teams", true}, {"× alone", true}}}
	for _, p := range r.Servers {
		t.Rows = append(t.Rows, []string{strconv.Itoa(p.Teams), strconv.Itoa(p.Callers), whole(p.Alone), whole(p.Together), short(p.Ratio), figure(p.ByTeam, whole), short(p.ByTeamRatio)})
	}
	return t
}

func (w *Web) table() Table {
	return Table{Title: "Over HTTP, one hot team, client and server on the same cores",
		Columns: []Column{{"what", false}, {"a second", true}, {"ratio", true}, {"of", false}},
		Rows: [][]string{
			{fmt.Sprintf("/healthz, %d connections", w.Connections), whole(w.Health), "", ""},
			{fmt.Sprintf("charged openings, %d connections", w.Connections), whole(w.Opens), short(w.OpensRatio), "/healthz"},
			{fmt.Sprintf("the same, %d in a request", w.BulkItems), whole(w.Bulk), short(w.BulkRatio), "the desk in the process"},
			{fmt.Sprintf("the desk in the process, %d callers", insideCallers), whole(w.Inside), "", ""},
			{"/healthz, asked with Go's own client", whole(w.UsualHealth), "", ""},
			{"charged openings, asked with Go's own client", whole(w.UsualOpens), short(w.UsualOpensRatio), "/healthz, asked so"},
		},
		Notes: []string{"Go's own client: what a program has that opens products. All else is asked with the least that speaks HTTP, which leaves the server most of the cores."}}
}

// short writes a figure with three digits that count.
func short(x float64) string {
	if x >= 100 {
		return whole(x)
	}
	return figure(x, func(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) })
}

// figure writes one that may not be there.
func figure(x float64, write func(float64) string) string {
	if x == 0 {
		return "–"
	}
	return write(x)
}

func whole(x float64) string { return strconv.FormatFloat(x, 'f', 0, 64) }

// Markdown writes a report for a document.
func (r *Report) Markdown() string {
	var b strings.Builder
	b.WriteString(r.Conditions() + "\n\n")
	for _, t := range r.Tables() {
		b.WriteString(t.markdown() + "\n")
	}
	return strings.TrimSpace(b.String())
}

func (t *Table) markdown() string {
	var b strings.Builder
	b.WriteString("**" + t.Title + "**\n\n|")
	for _, c := range t.Columns {
		b.WriteString(" " + c.Title + " |")
	}
	b.WriteString("\n|")
	for _, c := range t.Columns {
		b.WriteString(map[bool]string{false: "---|", true: "---:|"}[c.Figures])
	}
	for _, row := range t.Rows {
		b.WriteString("\n| " + strings.Join(row, " | ") + " |")
	}
	b.WriteString("\n")
	for _, note := range t.Notes {
		b.WriteString("\n" + note + "\n")
	}
	return b.String()
}

package server

import (
	"encoding/csv"
	"errors"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// heading is the first row of an import (R8.2).
var heading = []string{"First name", "Last name", "Email"}

// maxRows is how many people one file may hold.
const maxRows = 5000

// importUsers adds the people of a file, and assigns to all of them when told to. A wrong row is an answer: it
// names row and column, and nothing was changed.
func (s *Server) importUsers(c *call) error {
	file, err := c.csv()
	if err != nil {
		return err
	}
	what, dryRun := c.query.Get("assign"), c.query.Get("dry_run")
	if what != "" && api.CheckID(what) != nil {
		return api.NewProblem(api.CodeQueryInvalid, "assign is the code of a product or collection, or flex")
	}
	if dryRun != "" && dryRun != "true" && dryRun != "false" {
		return api.NewProblem(api.CodeQueryInvalid, "dry_run is true or false")
	}
	people, wrong := readPeople(file)
	out := api.ImportAnswer{Errors: []api.RowError{}}
	if wrong != nil {
		out.Errors = wrong
		if out.Position, err = s.position(c); err != nil {
			return err
		}
		return c.answer(&out)
	}
	done, pos, err := s.desk.Import(c.r.Context(), c.team,
		desk.Import{Caller: c.keyed(file), People: people, What: what, DryRun: dryRun == "true"})
	if rule := new(license.Error); errors.As(err, &rule) && rule.Code == license.ErrWhatUnknown {
		return api.NewProblem(api.CodeQueryInvalid, rule.Message)
	}
	if err != nil {
		return err
	}
	c.replayed = done.Replayed
	out.Added, out.Existing, out.Assigned, out.Position = done.Added, done.Existing, done.Assigned, pos
	return c.answer(&out)
}

// csv reads a body of text/csv.
func (c *call) csv() ([]byte, error) {
	if err := c.bound(); err != nil {
		return nil, err
	}
	media, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	charset, given := params["charset"]
	if err != nil || media != "text/csv" || given && !strings.EqualFold(charset, "utf-8") {
		return nil, api.NewProblem(api.CodeMediaUnsupported, "send text/csv in UTF-8")
	}
	file, err := io.ReadAll(io.LimitReader(c.r.Body, api.MaxBody+1))
	if err != nil || len(file) > api.MaxBody {
		return nil, api.NewProblem(api.CodeBodyTooLarge, "")
	}
	return file, nil
}

// readPeople reads the rows, or says what is wrong with which.
func readPeople(file []byte) (people []journal.Person, wrong []api.RowError) {
	file = []byte(strings.TrimPrefix(string(file), "\ufeff"))
	if !utf8.Valid(file) {
		return nil, []api.RowError{{Row: 1, Message: "the file is not UTF-8"}}
	}
	r := csv.NewReader(strings.NewReader(string(file)))
	r.FieldsPerRecord = -1
	seen := map[string]int{}
	for row := 1; ; row++ {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF) && row == 1:
			return nil, checkHeading(nil)
		case errors.Is(err, io.EOF):
			return people, wrong
		case err != nil:
			return nil, append(wrong, api.RowError{Row: row, Message: "is not a row of CSV: " + err.Error()})
		case row == 1:
			if wrong = checkHeading(cells); wrong != nil {
				return nil, wrong
			}
			continue
		case row > maxRows+1:
			return nil, append(wrong, api.RowError{Row: row, Message: "a file has at most 5000 people"})
		case strings.TrimSpace(strings.Join(cells, "")) == "":
			continue // as a spreadsheet writes a row that was emptied
		}
		p, errs := person(row, cells, seen)
		wrong = append(wrong, errs...)
		people = append(people, p)
	}
}

func checkHeading(cells []string) []api.RowError {
	for i, want := range heading {
		if i >= len(cells) || !strings.EqualFold(strings.TrimSpace(cells[i]), want) {
			return []api.RowError{{Row: 1, Column: want, Message: "the first row is First name, Last name, Email"}}
		}
	}
	return nil
}

// person is one row. Seen has the row of each address before it.
func person(row int, cells []string, seen map[string]int) (p journal.Person, wrong []api.RowError) {
	if len(cells) != len(heading) {
		return p, []api.RowError{{Row: row, Message: "has not three cells"}}
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	p = journal.Person{ID: newUserID(), Name: strings.TrimSpace(cells[0] + " " + cells[1]), Email: cells[2]}
	if err := api.CheckName(p.Name); err != nil {
		wrong = append(wrong, api.RowError{Row: row, Column: heading[0], Message: err.Error()})
	}
	mail := strings.ToLower(p.Email)
	if err := api.CheckEmail(p.Email); err != nil {
		wrong = append(wrong, api.RowError{Row: row, Column: heading[2], Message: err.Error()})
	} else if seen[mail] != 0 {
		wrong = append(wrong, api.RowError{Row: row, Column: heading[2], Message: "stands in another row already"})
	}
	seen[mail] = row
	return p, wrong
}

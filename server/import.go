package server

import (
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/people"
)

// The forms in which people are taken in.
const (
	mediaTable = "text/csv"
	mediaList  = "text/plain"
)

// importUsers adds the people of a table or a list, and assigns to all of them when told to. A wrong row is an answer: it
// names row and column, and nothing was changed. A dry run plans the others all the same, so that one look shows all.
func (s *Server) importUsers(c *call) error {
	what, dryRun := c.query.Get("assign"), c.query.Get("dry_run") == "true"
	if what != "" && api.CheckID(what) != nil {
		return api.NewProblem(api.CodeQueryInvalid, "assign is the code of a product or collection, or flex")
	}
	if d := c.query.Get("dry_run"); d != "" && d != "true" && d != "false" {
		return api.NewProblem(api.CodeQueryInvalid, "dry_run is true or false")
	}
	file, found, err := c.people()
	if err != nil {
		return err
	}
	out := api.ImportAnswer{Errors: append([]api.RowError{}, found.Mistakes...), People: []api.ImportedPerson{}, Encoding: found.Encoding,
		IgnoredColumns: append([]string{}, found.Ignored...)}
	if len(out.Errors) > 0 && !dryRun {
		if out.Position, err = s.position(c); err != nil {
			return err
		}
		return c.answer(&out)
	}
	done, users, pos, err := s.desk.Import(c.r.Context(), c.team,
		desk.Import{Caller: c.keyed(file), People: persons(found.People), What: what, DryRun: dryRun})
	if rule := new(license.Error); errors.As(err, &rule) && rule.Code == license.ErrWhatUnknown {
		return api.NewProblem(api.CodeQueryInvalid, rule.Message)
	}
	if err != nil {
		return err
	}
	c.replayed = done.Replayed
	out.Added, out.Existing, out.Assigned, out.Position = done.Added, done.Existing, done.Assigned, pos
	out.People = imported(found.People, users, &done)
	if len(done.Seatless) > 0 {
		out.Errors = append(out.Errors, api.RowError{Row: found.People[done.Seatless[0]].Row, Code: api.RowSeatsShort, Message: done.Short.Error()})
	}
	return c.answer(&out)
}

// people reads the body: a table, or a list of names and addresses.
func (c *call) people() (file []byte, found people.Found, err error) {
	if err := c.boundTo(api.MaxImport); err != nil {
		return nil, found, err
	}
	media, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || media != mediaTable && media != mediaList || !people.Known(params["charset"]) {
		return nil, found, api.NewProblem(api.CodeMediaUnsupported,
			"send text/csv, or text/plain for a list, in UTF-8, UTF-16, Windows-1252 or ISO-8859-1")
	}
	file, err = io.ReadAll(io.LimitReader(c.r.Body, api.MaxImport+1))
	if tooLarge := new(http.MaxBytesError); len(file) > api.MaxImport || errors.As(err, &tooLarge) {
		return nil, found, api.NewProblem(api.CodeBodyTooLarge, "")
	}
	if err != nil {
		return nil, found, api.NewProblem(api.CodeBodyMalformed, "the body ends before its length")
	}
	if media == mediaList {
		return append([]byte(mediaList+"\n"), file...), people.ReadList(file, params["charset"]), nil
	}
	return file, people.ReadTable(file, params["charset"]), nil
}

// persons are those to import, each with an id in case they are new.
func persons(read []people.Person) []journal.Person {
	all := make([]journal.Person, len(read))
	for i, p := range read {
		all[i] = journal.Person{ID: newUserID(), Name: p.Name, Email: p.Email}
	}
	return all
}

// imported says of each person what became of them. An answer that an older release has kept does not know.
func imported(read []people.Person, users []string, done *license.Imported) []api.ImportedPerson {
	all := make([]api.ImportedPerson, len(read))
	if done.Added > 0 && done.WhoAdded == nil {
		return all[:0]
	}
	for i, p := range read {
		all[i] = api.ImportedPerson{Row: p.Row, Name: p.Name, Email: p.Email, User: users[i], Action: api.ImportExisting,
			Assigned: done.WhoAssigned.Has(i)}
		if done.WhoAdded.Has(i) {
			all[i].Action = api.ImportAdded
		}
	}
	for _, i := range done.Seatless {
		all[i].Seatless = true
	}
	return all
}

package server

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
)

// codes are the codes of invitations in a team's outbox, by user; the last of each.
func (w *world) codes(team string) map[string]string {
	w.t.Helper()
	codes, sent := map[string]string{}, map[string]int64{}
	must(w.t, w.kept.Outbox(w.t.Context(), team, func(n journal.Notice) error {
		if n.Kind != desk.NoticeInvited {
			return nil
		}
		var b desk.Invited
		if err := json.Unmarshal(n.Body, &b); err != nil {
			return err
		}
		var position int64
		if _, err := fmt.Sscan(n.ID[strings.LastIndex(n.ID, "/")+1:], &position); err != nil {
			return err
		}
		if position > sent[b.User] {
			codes[b.User], sent[b.User] = b.Code, position
		}
		return nil
	}))
	return codes
}

// people sends an import of acme.
func (w *world) people(query, media, body string, header ...string) answer {
	w.t.Helper()
	return w.as("acme/admin", "POST", "/v1/teams/acme/users/import"+query, body, append([]string{"Content-Type", media}, header...)...)
}

// A list is taken in like a table, and what is said of each person is what became of them.
func TestImportPlan(t *testing.T) {
	w := newWorld(t)
	const list = "Lovelace, Ada <l@acme.example>; BEN@ACME.example\nÉve =1+1 <eve@acme.example>,"
	plan := func(eve, ada string, added api.ImportAction) []api.ImportedPerson {
		return []api.ImportedPerson{
			{Row: 1, Name: "Lovelace, Ada", Email: "l@acme.example", User: ada, Action: added, Assigned: added == api.ImportAdded},
			{Row: 2, Name: "BEN", Email: "BEN@ACME.example", User: "ben", Action: api.ImportExisting},
			{Row: 3, Name: "Éve =1+1", Email: "eve@acme.example", User: eve, Action: added, Assigned: added == api.ImportAdded},
		}
	}
	dry := readAs[api.ImportAnswer](w, w.people("?assign=flex&dry_run=true", "text/plain; charset=utf-8", list))
	if diff := cmp.Diff(plan("", "", api.ImportAdded), dry.People); diff != "" || len(w.codes("acme")) != 1 {
		t.Fatalf("%d codes\n%s", len(w.codes("acme")), diff)
	}
	var first api.ImportAnswer
	for i, query := range []string{"?assign=flex", "?assign=flex", "?assign=flex"} {
		var header []string
		if i < 2 { // the second repeats the first, the third asks anew
			header = []string{"Idempotency-Key", "list-1"}
		}
		got := readAs[api.ImportAnswer](w, w.people(query, "text/plain", list, header...))
		user := func(mail string) string {
			return readAs[api.User](w, w.ok("GET", "/v1/teams/acme/users/"+mail, "")).ID
		}
		want := plan(user("eve@acme.example"), user("L@acme.example"), api.ImportAdded)
		if i == 0 {
			first = got
		} else if i == 2 {
			want = plan(user("eve@acme.example"), user("l@acme.example"), api.ImportExisting)
			if got.Added != 0 || got.Existing != 3 || got.Assigned != 0 {
				t.Errorf("again: %+v", got)
			}
		}
		if diff := cmp.Diff(want, got.People); diff != "" {
			t.Errorf("%d: %s", i, diff)
		}
		if got.Position != first.Position {
			t.Errorf("%d: the position is %d, want %d", i, got.Position, first.Position)
		}
	}
	w.wantProblem(w.people("?assign=flex", "text/plain", list+"more@acme.example", "Idempotency-Key", "list-1"), api.CodeIdempotencyConflict, "another list")
}

// Files as people have them are taken in over the wire as they are read.
func TestImportFiles(t *testing.T) {
	w := newWorld(t)
	for name, charset := range map[string]string{"excel-unicode-text": "", "excel-french-1252": "", "utf16be-no-bom": "utf-16be", "excel-mac-cr": "windows-1252", "excel-french-sep": "UTF-8"} {
		file, err := os.ReadFile("../people/testdata/" + name + ".csv")
		must(t, err)
		media := "text/csv"
		if charset != "" {
			media += "; charset=" + charset
		}
		got := readAs[api.ImportAnswer](w, w.people("?dry_run=true", media, string(file)))
		if len(got.Errors) > 0 || got.Added != 2 || got.Existing != 1 || got.People[1].Name != "René Müller" || got.People[2].Row != 4 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	google, err := os.ReadFile("../people/testdata/google-workspace.csv")
	must(t, err)
	got := readAs[api.ImportAnswer](w, w.people("?dry_run=true", "text/csv", string(google)))
	if diff := cmp.Diff([]string{"Password [Required]", "Org Unit Path [Required]"}, got.IgnoredColumns); diff != "" || got.Encoding != "utf-8" {
		t.Error(diff, got.Encoding)
	}
	if a := w.ok("GET", "/v1/teams/acme/ledger?limit=1000", ""); strings.Contains(string(a.body), "lovelace") {
		t.Error("a dry run has left somebody in the ledger")
	}
}

// What cannot be taken in is refused with a code or a row, and changes nothing.
func TestBadImports(t *testing.T) {
	w := newWorld(t)
	before := w.balance("acme").Position
	head := "First name,Last name,Email\n"
	for media, code := range map[string]api.Code{"": api.CodeMediaUnsupported, "application/json": api.CodeMediaUnsupported,
		"text/csv; charset=ebcdic": api.CodeMediaUnsupported, "text/html": api.CodeMediaUnsupported} {
		w.wantProblem(w.people("", media, head), code, media)
	}
	w.wantProblem(w.people("", "text/csv", head+"\""+strings.Repeat("x", 50<<20)+"\",b,c@acme.example\n"), api.CodeBodyTooLarge, "50 MB in a cell")
	w.wantProblem(w.people("", "text/plain", strings.Repeat("x", 9<<20)), api.CodeBodyTooLarge, "9 MB")
	for file, column := range map[string]string{
		head + "Eve,\"One\r\nTwo\",eve@acme.example\n":                      "Last name",
		head + "\"" + strings.Repeat("x", 1<<20) + "\",b,c@acme.example":    "First name",
		head + "Eve,One,eve@acme.example\nEve,Two, EVE@ACME.example \n":     "Email",
		head + "Eve,One,rené@acme.example\nEve,Two,rene\u0301@acme.example": "Email",
		head + "Eve,One,аda@acme.example\n":                                 "Email",
		head + "Eve,One,eve@acme.example\u200b.x\n":                         "Email",
		head + "Eve,One,\"eve@acme.example\r\nBcc: x@y.example\"\n":         "Email",
		"Prénom;Nom;E-mail\nEve;One;eve\n":                                  "E-mail",
	} {
		got := readAs[api.ImportAnswer](w, w.people("?assign=flex", "text/csv", file))
		if len(got.Errors) != 1 || got.Errors[0].Column != column || got.Errors[0].Row < 2 || got.Errors[0].Code == "" || len(got.People) > 0 || got.Position != before {
			t.Errorf("%.80q: %+v", file, got)
		}
	}
	for body, path := range map[string]string{
		`{"name":"Eve","email":"аda@acme.example"}`:               "/email",
		`{"name":"Eve","email":"ad\u00ada@acme.example"}`:         "/email",
		`{"name":"Eve","email":"ﬁn@acme.example"}`:                "/email",
		`{"name":"E\r\nve","email":"eve@acme.example"}`:           "/name",
		`{"name":"Eve","email":"eve@acme.example\r\nBcc: x@y.z"}`: "/email",
	} {
		w.wantBad(&route{}, w.as("acme/admin", "POST", "/v1/teams/acme/users", body), bad{body, "", api.CodeBodyInvalid, path})
	}
	for _, email := range []string{"BEN@acme.example", " ben@acme.example ", "ｂｅｎ@acme.example"} {
		w.wantProblem(w.as("acme/admin", "POST", "/v1/teams/acme/users", `{"name":"Other","email":"`+email+`"}`), api.CodeUserExists, email)
	}
	w.wantBad(&route{}, w.as("operator", "POST", "/v1/teams", `{"id":"hooli","name":"H","primary_admin":{"name":"Gavin","email":"gаvin@hooli.example"}}`),
		bad{"a Cyrillic letter", "", api.CodeBodyInvalid, "/primary_admin/email"})
	if got := w.balance("acme").Position; got != before {
		t.Errorf("the position is %d, want %d", got, before)
	}
}

// What people typed is stored as it was, and what a spreadsheet would run is defused where it is exported.
func TestExport(t *testing.T) {
	w := newWorld(t)
	names := []string{"=HYPERLINK(\"http://x.example\")", "+1", "-1", "@SUM(A1)", "Éve, the \"one\"", "'=x"}
	file := "Name,Email\n"
	for i, name := range names {
		file += fmt.Sprintf("\"%s\",n%d@acme.example\n", strings.ReplaceAll(name, `"`, `""`), i)
	}
	file += "Plus,+1@acme.example\n"
	if got := readAs[api.ImportAnswer](w, w.people("", "text/csv", file)); got.Added != len(names)+1 {
		t.Fatalf("%+v", got)
	}
	if a := w.okAs("acme/reports", "GET", "/v1/teams/acme/users.csv", ""); strings.Contains(string(a.body), "acme.example") {
		t.Errorf("a reports key sees names that the plan does not unlock: %s", a.body)
	}
	a := w.okAs("acme/admin", "GET", "/v1/teams/acme/users.csv", "")
	if got := a.header.Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Error(got)
	}
	rows, err := csv.NewReader(strings.NewReader(string(a.body))).ReadAll()
	must(t, err)
	byMail := map[string][]string{}
	for _, r := range rows {
		byMail[r[1]] = r
		for _, cell := range r {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("the cell %q would be run", cell)
			}
		}
	}
	for i, name := range names {
		mail := fmt.Sprintf("n%d@acme.example", i)
		u := readAs[api.User](w, w.ok("GET", "/v1/teams/acme/users/"+mail, ""))
		if u.Name != name {
			t.Errorf("%s is stored as %q, want %q", mail, u.Name, name)
		}
		want := name
		if i < 4 {
			want = "'" + name
		}
		if got := byMail[mail]; len(got) != len(exportHeading) || got[0] != want || got[7] != "pending" {
			t.Errorf("%s is exported as %q, want %q", mail, got, want)
		}
	}
	if byMail["'+1@acme.example"] == nil {
		t.Error("the address that begins with a plus is not defused")
	}
	want := []string{"Ben", "ben@acme.example", "ben", "user", "active", "yes", "", "pending"}
	if diff := cmp.Diff(want, byMail["ben@acme.example"]); diff != "" {
		t.Error(diff)
	}
	w.wantProblem(w.as("acme/admin", "GET", "/v1/teams/globex/users.csv", ""), api.CodeNotFound, "another team's users")
}

// An invitation goes with everyone who is added; its code is in the outbox and nowhere else.
func TestInvitations(t *testing.T) {
	w := newWorld(t)
	state := func(user string) api.InvitationState {
		t.Helper()
		u := readAs[api.User](w, w.okAs("acme/admin", "GET", "/v1/teams/acme/users/"+user, ""))
		if u.Invitation == nil {
			return ""
		}
		return u.Invitation.State
	}
	accept := func(code string, header ...string) answer {
		return w.as("", "POST", "/v1/invitations/accept", `{"code":"`+code+`"}`, header...)
	}
	if got := state("ada"); got != "" {
		t.Errorf("the first admin's invitation is %q", got)
	}
	code := w.codes("acme")["ben"]
	if got := state("ben"); got != api.InvitationPending || code == "" {
		t.Fatalf("ben's invitation is %q", got)
	}
	// It delays nothing.
	if got := readAs[api.SessionAnswer](w, w.okAs("acme/product", "POST", "/v1/teams/acme/sessions", `{"id":"s","user":"ben","product":"revit"}`)); got.Outcome != api.OutcomeGranted {
		t.Errorf("%+v", got)
	}
	must(t, w.clock.Advance(7*24*time.Hour))
	if got := state("ben"); got != api.InvitationExpired {
		t.Errorf("after a week it is %q", got)
	}
	expired := accept(code)
	w.wantProblem(expired, api.CodeInvitationInvalid, "expired")
	for i := range 2 {
		a := w.okAs("acme/admin", "POST", "/v1/teams/acme/users/ben@acme.example/invitation", "", "Idempotency-Key", "again")
		if (a.header.Get("Idempotent-Replayed") == "true") != (i == 1) {
			t.Errorf("%d: %v", i, a.header)
		}
		if strings.Contains(string(a.body), "dpi_") {
			t.Errorf("the code is in the answer: %s", a.body)
		}
	}
	again := w.codes("acme")["ben"]
	if again == code || again == "" {
		t.Fatalf("the code sent again is %q", again)
	}
	for i := range 2 { // a lost answer is given again
		a := accept(again, "Idempotency-Key", "mine")
		got := readAs[api.Accepted](w, a)
		if a.status != 200 || got.Team != "acme" || got.User != "ben" || got.Position == 0 || (a.header.Get("Idempotent-Replayed") == "true") != (i == 1) {
			t.Fatalf("%d: %d %s", i, a.status, a.body)
		}
	}
	if got := state("ben"); got != api.InvitationAccepted {
		t.Errorf("accepted it is %q", got)
	}
	w.wantProblem(w.as("acme/admin", "POST", "/v1/teams/acme/users/ben/invitation", ""), api.CodeInvitationAccepted, "sent after it was accepted")
	w.wantProblem(w.as("acme/admin", "POST", "/v1/teams/acme/users/nobody/invitation", ""), api.CodeNotFound, "to nobody")
	w.wantProblem(w.as("acme/admin", "POST", "/v1/teams/globex/users/ben/invitation", ""), api.CodeNotFound, "another team's")
	// Expired, reused, replaced, foreign, made up: no answer tells which.
	foreign := strings.Replace(w.codes("globex")["ben"], "globex", "acme", 1)
	for about, code := range map[string]string{"reused": again, "replaced": code, "foreign": foreign, "made up": "dpi_acme_x_y", "a word": "please"} {
		a := accept(code)
		if string(a.body) != string(expired.body) || a.status != expired.status {
			t.Errorf("%s: got %s, want %s", about, a.body, expired.body)
		}
	}
	for _, body := range []string{`{}`, `{"code":""}`, `{"code":7}`, `{"code":"` + strings.Repeat("x", 2000) + `"}`, `{"code":"x","team":"acme"}`} {
		w.wantProblem(w.as("", "POST", "/v1/invitations/accept", body), api.CodeBodyInvalid, body)
	}
	if log := w.log.String(); strings.Contains(log, again) || strings.Contains(log, code) {
		t.Error("a code is in the log")
	}
}

// A file of 5 000 people is read, added, assigned, invited and answered for in under two seconds.
func TestImportOfManyIsQuick(t *testing.T) {
	const slowness = 15 // under the race detector, on a machine that others use as well
	w := newWorld(t)
	file := []byte("\xff\xfe")
	for i := range 5001 {
		line := fmt.Sprintf("René\tMüller %d\trené.%d@acme.example\r\n", i, i)
		if i == 0 {
			line = "Prénom\tNom\tE-mail\r\n"
		}
		for _, c := range utf16.Encode([]rune(line)) {
			file = append(file, byte(c), byte(c>>8))
		}
	}
	for _, query := range []string{"?assign=flex&dry_run=true", "?assign=flex", "?assign=flex"} {
		begin := time.Now()
		got := readAs[api.ImportAnswer](w, w.people(query, "text/csv", string(file)))
		took := time.Since(begin)
		t.Logf("%s: %v", query, took)
		if got.Added+got.Existing != 5000 || len(got.People) != 5000 || len(got.Errors) > 0 {
			t.Fatalf("%s: %d added, %d existing, %v", query, got.Added, got.Existing, got.Errors)
		}
		if took > slowness*2*time.Second {
			t.Errorf("%s took %v", query, took)
		}
	}
}

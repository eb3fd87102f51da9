package people

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/daypass/daypass/api"
)

// field is what a column says of a person.
type field int

const (
	nothing field = iota
	first
	last
	full
	name // the last name beside a column of first names, else the full one
	email
)

// headings are the words that people head columns with, in the languages of those who have asked and in the forms of
// the programs that they export from. They are written as plain leaves them.
var headings = map[field][]string{
	first: {
		"firstname", "first", "givenname", "forename", "christianname",
		"prenom", "prenoms", // French
		"vorname", "vornamen", "rufname", // German
		"nombredepila", "primernombre", // Spanish
		"nomeproprio", "primeironome", // Portuguese
		"voornaam", // Dutch
		"imie",     // Polish
	},
	last: {
		"lastname", "last", "surname", "familyname",
		"nomdefamille",
		"nachname", "familienname", "zuname",
		"apellido", "apellidos",
		"cognome",
		"sobrenome", "apelido",
		"achternaam",
		"nazwisko",
	},
	full: {
		"fullname", "displayname", "person",
		"nomcomplet", "nometprenom", "prenometnom", "nomprenom", "prenomnom",
		"vollername", "vollstandigername", "anzeigename", "vorundnachname", "mitarbeiter",
		"nombrecompleto", "nombreyapellidos",
		"nomecompleto", "nomeecognome",
		"volledigenaam",
		"imieinazwisko",
	},
	name: {"name", "nom", "nombre", "nome", "naam", "nazwa"},
	email: {
		"email", "mail", "emailaddress", "mailaddress", "emailid", "useremail", "workemail", "primaryemail",
		"email1value", "email1address", "email1", "address1",
		"courriel", "adresseemail", "adressemail", "adresseelectronique", "adressecourriel", "mel",
		"emailadresse", "mailadresse", "epost", "epostadresse",
		"correo", "correoelectronico", "direcciondecorreo", "direcciondecorreoelectronico",
		"posta", "postaelettronica", "indirizzoemail",
		"enderecodeemail", "correioeletronico",
		"emailadres", "mailadres",
		"adresemail",
	},
}

// fields is the table the other way round.
var fields = func() map[string]field {
	m := map[string]field{}
	for f, words := range headings {
		for _, w := range words {
			m[w] = f
		}
	}
	return m
}()

// longestHeading bounds what is looked at as a heading, in bytes.
const longestHeading = 200

// fieldOf reads a heading.
func fieldOf(heading string) field {
	if len(heading) > longestHeading {
		return nothing
	}
	return fields[plain(heading)]
}

// plain is a heading without what people write differently: case, accents, blanks and signs, and what they add in
// brackets.
func plain(heading string) string {
	var b strings.Builder
	depth := 0
	for _, r := range norm.NFKD.String(heading) {
		switch {
		case r == '(' || r == '[':
			depth++
		case r == ')' || r == ']':
			depth--
		case r == 'ł' || r == 'Ł':
			b.WriteByte('l')
		case depth <= 0 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// layout is where in a row the parts of a person stand.
type layout struct {
	names   []int // one column, or first and last name
	email   int
	heading []string
}

// column is a column's heading, as it is told.
func (l *layout) column(i int) string {
	if i < len(l.heading) && l.heading[i] != "" {
		return l.heading[i]
	}
	return "column " + number(i+1)
}

// cell is one of a row, without the blanks around it; a row may be shorter than the heading.
func (l *layout) cell(row []string, i int) cell {
	c := cell{column: l.column(i)}
	if i < len(row) {
		c.text = strings.TrimFunc(row[i], unicode.IsSpace)
	}
	return c
}

// readHeading finds the columns, and notes those that are missing, there twice, or of no use.
func (r *roll) readHeading(row int, cells []string) (l *layout, ok bool) {
	l = &layout{heading: make([]string, len(cells)), email: -1}
	at := map[field]int{}
	for i, c := range cells {
		l.heading[i] = strings.TrimFunc(c, unicode.IsSpace)
		f := fieldOf(c)
		if _, twice := at[f]; twice && f != nothing {
			r.wrong(api.RowHeadingInvalid, row, l.heading[i], "stands in the heading twice")
			return nil, false
		}
		at[f] = i
	}
	used := l.place(at)
	for i, h := range l.heading {
		if h != "" && !used[i] {
			r.Ignored = append(r.Ignored, h)
		}
	}
	if len(l.names) == 0 {
		r.wrong(api.RowHeadingInvalid, row, "First name", missing(l.heading))
	}
	if l.email < 0 {
		r.wrong(api.RowHeadingInvalid, row, "Email", missing(l.heading))
	}
	return l, len(l.names) > 0 && l.email >= 0
}

// place says which columns are used.
func (l *layout) place(at map[field]int) (used map[int]bool) {
	used = map[int]bool{}
	take := func(f field) bool {
		i, ok := at[f]
		if ok && f != email {
			l.names = append(l.names, i)
		}
		used[i] = used[i] || ok
		return ok
	}
	if i, ok := at[email]; ok && take(email) {
		l.email = i
	}
	_, surname := at[last]
	_, complete := at[full]
	switch hasFirst := take(first); {
	case surname:
		take(last)
	case hasFirst:
		take(name)
	case complete:
		take(full)
	default:
		take(name)
	}
	return used
}

// missing says what a heading should be, and is.
func missing(heading []string) string {
	is := strings.Join(heading, ", ")
	if len(is) > 100 {
		is = strings.ToValidUTF8(is[:100], "") + "…"
	}
	return "is missing: the first row is First name, Last name, Email, and here it is " + quoted(is)
}

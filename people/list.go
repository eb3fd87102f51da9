package people

import (
	"io"
	"mime"
	"net/mail"
	"strings"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/mailbox"
)

// ReadList reads people as they are typed or pasted from a mail program: Name <mail>; Name <mail>, separated by
// semicolons, commas or line ends, with names in quotes, the family name first, or no name at all, when the part before
// the @ stands for it. A mistake's row says how-manieth of the list it is. A charset that the sender gave is believed.
func ReadList(list []byte, charset string) Found {
	r := &roll{rows: map[string]int{}}
	text, ok := r.decode(list, charset, "list")
	if !ok {
		return r.Found
	}
	for i, item := range items(text) {
		if i == Max {
			r.wrong(api.RowTooMany, i+1, "", "a list has at most "+number(Max)+" people")
			break
		}
		r.addItem(i+1, item)
	}
	if len(r.People) == 0 && len(r.Mistakes) == 0 {
		r.wrong(api.RowFileEmpty, 1, "", "there is nobody in the list")
	}
	return r.Found
}

func (r *roll) addItem(row int, item string) {
	name, address := split(withoutField(item))
	address = bare(address)
	if mailbox.Key(bare(unwrap(name))) == mailbox.Key(address) { // as mail programs write who has no name
		name = ""
	}
	if strings.Count(unquoted(name)+address, "@") > 1 {
		r.wrong(api.RowMalformed, row, "Email", "has two addresses: put a semicolon between two people")
		return
	}
	if name = unwrap(name); name == "" {
		name, _, _ = strings.Cut(address, "@")
	}
	r.add(row, []cell{{"Name", name}}, cell{"Email", address})
}

// mailFields are the words in front of a line that is copied out of a mail's head.
var mailFields = map[string]bool{"to": true, "cc": true, "bcc": true, "from": true, "an": true, "von": true, "kopie": true,
	"à": true, "a": true, "de": true, "para": true}

func withoutField(item string) string {
	field, rest, ok := strings.Cut(item, ":")
	if ok && mailFields[strings.ToLower(strings.TrimSpace(field))] {
		return mailbox.Trim(rest)
	}
	return item
}

// items cuts a list. A semicolon and a line's end always end an item; a comma does only behind an address, because it
// also stands between family name and first name. What is in quotes or in angle brackets is not looked into.
func items(text string) (all []string) {
	var quoted, angle, addressed bool
	begin := 0
	cut := func(end, next int) {
		if item := strings.Trim(mailbox.Trim(text[begin:end]), ", "); item != "" {
			all = append(all, item)
		}
		begin, addressed, angle, quoted = next, false, false, false
	}
	for i, c := range text {
		switch {
		case c == '\n' || c == '\r':
			cut(i, i+1)
		case c == '"' && !angle:
			quoted = !quoted
		case quoted:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == '@':
			addressed = true
		case c == ';', c == ',' && addressed && !angle:
			cut(i, i+1)
		}
	}
	cut(len(text), len(text))
	return all
}

// unquoted is an item without what is in quotes.
func unquoted(item string) string {
	var b strings.Builder
	for i, part := range strings.Split(item, `"`) {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}

// split takes name and address apart: as mail programs write them, or as people do.
func split(item string) (name, address string) {
	if a, err := mail.ParseAddress(item); err == nil && !strings.Contains(a.Name, "=?") {
		return `"` + a.Name + `"`, a.Address
	}
	open := strings.LastIndexAny(item, "<[(")
	switch {
	case open >= 0 && strings.Contains(item[open:], "@"):
		return item[:open], strings.TrimRight(item[open+1:], " >])")
	case open > 0: // mail (Name)
		return strings.TrimRight(item[open+1:], " >])"), item[:open]
	}
	at := strings.LastIndexFunc(item, func(r rune) bool { return mailbox.Trim(string(r)) == "" })
	return item[:at+1], item[at+1:]
}

// unwrap takes the quotes of both ends off a name, and the encoding that raw mails have.
func unwrap(name string) string {
	name = mailbox.Trim(name)
	for _, mark := range []string{`"`, `'`} {
		if inner, ok := strings.CutPrefix(name, mark); ok && strings.HasSuffix(inner, mark) {
			name = mailbox.Trim(strings.TrimSuffix(inner, mark))
		}
	}
	name = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(name)
	if decoded, err := words.DecodeHeader(name); err == nil {
		name = decoded
	}
	return mailbox.Trim(name)
}

var words = mime.WordDecoder{CharsetReader: func(charset string, from io.Reader) (io.Reader, error) {
	e := encodings[charset]
	if e == nil {
		return nil, errCharset
	}
	return e.NewDecoder().Reader(from), nil
}}

// bare takes off an address what comes along when it is copied.
func bare(address string) string {
	address = mailbox.Trim(address)
	address = strings.TrimSuffix(strings.TrimPrefix(address, "<"), ">")
	if len(address) > 7 && strings.EqualFold(address[:7], "mailto:") {
		address = address[7:]
	}
	return mailbox.Trim(address)
}

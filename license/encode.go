package license

import (
	"encoding/json"
	"strconv"
)

// append encodes the entry of a new pass, byte for byte as encoding/json would. It is most of all entries, and
// deciding one takes less time than encoding/json takes to write it.
func (b *PassOpened) append(e *Entry) []byte {
	w := make(writer, 0, 320)
	w.raw(`{"kind":"pass_opened"`)
	w.number(`,"at":`, int64(e.At))
	w.optional(`,"by":`, e.By)
	w.raw(`,"body":{"session":`)
	w.text(b.Session)
	w.raw(`,"user":`)
	w.text(b.User)
	w.raw(`,"product":`)
	w.text(b.Product)
	w.optional(`,"version":`, b.Version)
	w.optional(`,"device":`, b.Device)
	if b.Renewal {
		w.raw(`,"renewal":true`)
	}
	w.raw(`,"code":`)
	w.text(string(b.Code))
	w.raw(`,"source":`)
	w.text(string(b.Source))
	w.optional(`,"floating":`, b.Floating)
	w.number(`,"until":`, int64(b.Until))
	w.number(`,"lease_until":`, int64(b.LeaseUntil))
	for i, v := range b.Versions {
		w.raw(open(i, `,"versions":[`))
		w.text(v)
	}
	w.raw(shut(len(b.Versions)))
	if b.Rate != 0 {
		w.number(`,"rate":`, int64(b.Rate))
	}
	for i, d := range b.Draws {
		w.raw(open(i, `,"draws":[`))
		w.raw(`{"pack":`)
		w.text(d.Pack)
		w.number(`,"tokens":`, int64(d.Tokens))
		w.raw(`}`)
	}
	w.raw(shut(len(b.Draws)))
	w.optional(`,"access":`, b.Access)
	w.raw(`}}`)
	return w
}

// open and shut write a list that is left out when it is empty.
func open(i int, first string) string {
	if i == 0 {
		return first
	}
	return ","
}

func shut(n int) string {
	if n == 0 {
		return ""
	}
	return "]"
}

// writer appends JSON.
type writer []byte

func (w *writer) raw(s string) { *w = append(*w, s...) }

func (w *writer) number(name string, n int64) {
	*w = strconv.AppendInt(append(*w, name...), n, 10)
}

func (w *writer) optional(name, s string) {
	if s != "" {
		w.raw(name)
		w.text(s)
	}
}

// text appends a string; what needs escaping is left to encoding/json.
func (w *writer) text(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string has no value that cannot be written
			}
			*w = append(*w, quoted...)
			return
		}
	}
	*w = append(append(append(*w, '"'), s...), '"')
}

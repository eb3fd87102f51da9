package server

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/daypass/daypass/api"
)

// A cursor names the last item of a page by its key, one id or several with a blank between, after the version of its
// form. A page begins behind it, so that items which come or go meanwhile shift nothing.
const cursorForm = "1:"

func cursorAfter(key string) *string {
	c := base64.RawURLEncoding.EncodeToString([]byte(cursorForm + key))
	return &c
}

// after is the key that a cursor names; "" is the beginning.
func after(cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	key, ok := strings.CutPrefix(string(text), cursorForm)
	wrong := func(id string) bool { return api.CheckID(id) != nil }
	if err != nil || !ok || slices.ContainsFunc(strings.Split(key, " "), wrong) || *cursorAfter(key) != cursor {
		return "", api.NewProblem(api.CodeCursorInvalid, "")
	}
	return key, nil
}

// afterNumber is the number that a cursor names; 0 is the beginning.
func afterNumber(cursor string) (int64, error) {
	key, err := after(cursor)
	if err != nil || key == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(key, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != key {
		return 0, api.NewProblem(api.CodeCursorInvalid, "")
	}
	return n, nil
}

// page cuts the page that a request asks for out of items that are sorted by key.
func page[T, Out any](c *call, items []T, key func(T) string, convert func(T) Out, position int64) (api.List[Out], error) {
	p, err := api.ParsePage(c.query)
	if err != nil {
		return api.List[Out]{}, err
	}
	from, err := after(p.Cursor)
	if err != nil {
		return api.List[Out]{}, err
	}
	begin, _ := slices.BinarySearchFunc(items, from, func(item T, from string) int {
		if key(item) <= from {
			return -1
		}
		return 1
	})
	items = items[begin:]
	out := api.List[Out]{Items: []Out{}, Position: position}
	for i, item := range items {
		if i == p.Limit {
			out.Next = cursorAfter(key(items[i-1]))
			break
		}
		out.Items = append(out.Items, convert(item))
	}
	return out, nil
}

// at is the path of an item of the list at path.
func at(path string, i int) string { return path + "/" + strconv.Itoa(i) }

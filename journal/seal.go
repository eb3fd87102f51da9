package journal

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// A finished copy notes in metaCopied what it holds, and of which tables and columns that is the sum: a later release,
// which has other ones, can still tell whether an old backup is whole.

// seal is that note: the sum, then the tables, as in
//
//	1a2b… entry(team,seq|body,hash) person(team,id|name,email)
func seal(tables []table, holdings []Holding) string {
	words := []string{total(holdings)}
	for _, t := range tables {
		words = append(words, fmt.Sprintf("%s(%s|%s)", t.name, strings.Join(t.key, ","), strings.Join(t.rest, ",")))
	}
	return strings.Join(words, " ")
}

// sealedTable is one of them; its names go into statements as they are.
var sealedTable = regexp.MustCompile(`^([a-z_]+)\(([a-z_,]+)\|([a-z_,]+)\)$`)

// sealedTables reads which tables a note is about.
func sealedTables(seal string) ([]table, error) {
	var list []table
	for _, word := range strings.Fields(seal)[1:] {
		part := sealedTable.FindStringSubmatch(word)
		if part == nil {
			return nil, fmt.Errorf("%q is no table", word)
		}
		t := table{name: part[1], key: strings.Split(part[2], ","), rest: strings.Split(part[3], ","), page: pageSize}
		if t.name == metaTable {
			t.part = metaPart
		}
		list = append(list, t)
	}
	return list, nil
}

// checkSeal holds that the journal holds what it held when the copy into it was finished.
func (j *Journal) checkSeal(ctx context.Context) error {
	sealed, ok, err := j.Meta(ctx, metaCopied)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotWhole, err)
	}
	if !ok || sealed == "" {
		return fmt.Errorf("%w: no backup was ever finished in it", ErrNotWhole)
	}
	list, err := sealedTables(sealed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotWhole, err)
	}
	holdings, err := j.holdings(ctx, list)
	if err == nil && seal(list, holdings) != sealed {
		err = errors.New("it holds something else than it was finished with")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotWhole, err)
	}
	return nil
}

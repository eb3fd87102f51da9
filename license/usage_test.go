package license

import "testing"

// TestUsageOf: what one user has used, and nothing of anybody else.
func TestUsageOf(t *testing.T) {
	team := peopled(t)
	cat, err := NewCatalog(Catalog{Products: []Product{
		{Code: "viewer", Name: "V", Kind: Free},
		{Code: "autocad", Name: "A", Kind: Daily, Flex: true, Rates: []Rate{{Tokens: 7 * Token}}},
		{Code: "revit", Name: "R", Kind: Daily, Flex: true, Rates: []Rate{{Tokens: 10 * Token}}}}})
	if err != nil {
		t.Fatal(err)
	}
	now := 2 * Day
	do := func(_ Effect, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, e, err := team.BuyPack(now, cat, BuyPack{Pack: "p", Size: 500 * Token})
	do(e, err)
	for _, user := range []string{"ben", "cleo"} {
		do(team.Assign(now, cat, Caller{By: "operator"}, user, FlexCode, ""))
	}
	for i, o := range []Open{{Session: "a", User: "ben", Product: "autocad"}, {Session: "b", User: "ben", Product: "autocad"},
		{Session: "c", User: "ben", Product: "viewer"}, {Session: "d", User: "cleo", Product: "revit"}} {
		g, e, err := team.Open(now, cat, o)
		if do(e, err); g.Outcome != Granted {
			t.Fatal(i, g)
		}
	}
	got := team.UsageOf(now, cat, "ben")
	spent := SpentSoFar{7 * Token, 7 * Token, 7 * Token}
	if got.Spent != spent || len(got.Products) != 2 {
		t.Fatalf("got %+v, want 7 tokens in two products", got)
	}
	autocad, viewer := got.Products[0], got.Products[1]
	if autocad.Product != "autocad" || autocad.Spent != spent || autocad.Pass.Open() != 2 || autocad.Pass.Charge.Tokens != 7*Token {
		t.Errorf("got %+v", autocad)
	}
	if viewer.Product != "viewer" || viewer.Spent != (SpentSoFar{}) || viewer.Pass.Source != SourceFree {
		t.Errorf("got %+v", viewer)
	}
	later := team.UsageOf(now+40*Day, cat, "ben")
	if later.Spent != (SpentSoFar{}) {
		t.Errorf("tokens of a month that is over are still told: %+v", later)
	}
	if none := team.UsageOf(now, cat, "gus"); none.Products != nil || none.Spent != (SpentSoFar{}) {
		t.Errorf("who used nothing has used %+v", none)
	}
}

package stories

import (
	"strings"
	"testing"
)

// play runs every story on the stage of a level.
func play(t *testing.T, level string, stage func(t *testing.T, s *Story) Stage) {
	all, err := ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		t.Run(s.Where(), func(t *testing.T) {
			t.Parallel()
			if why := s.NotAt[level]; why != "" {
				t.Skipf("not at level %s: %s", level, why)
			}
			if err := Run(s, stage(t, s)); err != nil {
				t.Errorf("%s\n%v", s.Title, err)
			}
		})
	}
}

func TestRules(t *testing.T) {
	play(t, "rules", func(*testing.T, *Story) Stage { return &rules{} })
}

// TestRulesAtAGlance answers what needs no record before it is recorded.
func TestRulesAtAGlance(t *testing.T) {
	play(t, "rules", func(*testing.T, *Story) Stage { return &rules{glance: true} })
}

// TestRulesFromSnapshots loads the team from its snapshot after every step.
func TestRulesFromSnapshots(t *testing.T) {
	play(t, "rules", func(*testing.T, *Story) Stage { return &rules{restart: true} })
}

// TestMistakes shows that a story that says something wrong is not passed over.
func TestMistakes(t *testing.T) {
	const head = "# R5.1  A mistake.\nproduct autocad 7 per day\npack small 500 bought 2026-01-05\n"
	for _, c := range []struct{ name, text, want string }{
		{"no title", "product autocad 7 per day\n", "s.story:1: a story begins with a title"},
		{"unknown word", head + "Mon 08:00  ben boils autocad  tokens 7 from small, until Tue 08:00\n", "s.story:4: no line of a story is"},
		{"unknown clause", head + "product revit 7 per day, blue\n", `no product is "blue"`},
		{"no expectation", head + "Mon 08:00  ben opens autocad\n", "s.story:4: the line expects neither a grant nor a refusal"},
		{"half an expectation", head + "Mon 08:00  ben opens autocad  tokens 7 from small\n", `the line expects no "until"`},
		{"unknown answer", head + "Mon 08:00  ben opens autocad  perhaps\n", `nobody answers "perhaps"`},
		{"parts that do not add up", head + "Mon 08:00  ben opens autocad  tokens 7 from a 3 + b 3, until Tue 08:00\n", "make up 6, not 7"},
		{"time goes back", head + "2026-01-06 08:00  suspend\n2026-01-05 08:00  resume\n", "is before"},
		{"no time", head + "Mon 08:00  suspend\nresume\n", "needs a time in front"},
		{"no session", head + "Mon 08:00  ben closes autocad\n", "ben has 0 such sessions open"},
		{"nothing happens", head, "nothing happens in it"},
		{"four decimals", head + "Mon 08:00  balance 1.0001\n", "at most three decimals"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Parse("s.story", c.text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestDifference shows what a failing story prints.
func TestDifference(t *testing.T) {
	const text = "# R5.1  A mistake.\nproduct autocad 7 per day\npack small 500 bought 2026-01-05\n" +
		"Mon 08:00  ben opens autocad  tokens 8 from small, until Tue 08:00:00.001\n"
	s, err := Parse("s.story", text)
	if err != nil {
		t.Fatal(err)
	}
	err = Run(s[0], &rules{})
	want := "s.story:4: the answer is another\n" +
		"\tMon 08:00  ben opens autocad  tokens 8 from small, until Tue 08:00:00.001\n" +
		"\tgot   tokens 7 from small, until Tue 2026-01-06 08:00\n" +
		"\twant  tokens 8 from small, until Tue 2026-01-06 08:00:00.001"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

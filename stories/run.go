package stories

import (
	"fmt"

	"github.com/daypass/daypass/license"
)

// Stage is the program at one of its levels: whatever can be asked what a story asks.
type Stage interface {
	// Begin makes the story's catalogue, teams and users, and nothing else.
	Begin(s *Story) error
	// Do does what a line says of a team when the clock shows at, and returns what was answered. A refusal
	// and an error of the caller are answers; the error is for what no line can expect.
	Do(at license.Instant, team string, do any) (Outcome, error)
	// End makes the checks that hold for every story.
	End() error
}

// wording is a stage that has another word for an error of the rules.
type wording interface {
	Word(do any, code string) string
}

// Run plays a story. The error says where the story and the stage differ.
func Run(s *Story, stage Stage) error {
	if err := stage.Begin(s); err != nil {
		return fmt.Errorf("%s: the beginning: %w", s.Where(), err)
	}
	for _, step := range s.Steps {
		got, err := stage.Do(step.At, step.Team, step.Do)
		if err != nil {
			return fmt.Errorf("%s:%d: %w\n\t%s", s.File, step.Line, err, step.Text)
		}
		if w, ok := stage.(wording); ok && step.Want.Error != "" {
			step.Want.Error = w.Word(step.Do, step.Want.Error)
		}
		if err := step.judge(got); err != nil {
			return fmt.Errorf("%s:%d: %w\n\t%s\n\tgot   %s\n\twant  %s", s.File, step.Line, err, step.Text, got, step.Want)
		}
	}
	if err := stage.End(); err != nil {
		return fmt.Errorf("%s: the end: %w", s.Where(), err)
	}
	return nil
}

// judge compares an answer with what the line expects, and with what holds for every grant.
func (s *Step) judge(got Outcome) error {
	if s.Want.Figures != nil {
		return s.figures(got)
	}
	if !s.Want.said["left"] {
		got.Left = ""
	}
	switch do := s.Do.(type) {
	case license.StartJob:
		if got.Refused == "" && !s.Want.said["needs"] {
			got.Needs, got.Has, got.Leaves = 0, 0, 0
		}
	case license.Open, license.Renew:
		if open, ok := do.(license.Open); ok && open.DryRun && got.LeaseUntil == 0 {
			got.LeaseUntil = s.Want.LeaseUntil // a question need not be answered with a lease
		}
		if got.Covered != "" && got.Until-got.From != license.PassLength {
			return fmt.Errorf("the pass does not last 24 hours (R1.2): it is from %s", show(got.From))
		}
		// The first answer to a repeated opening may be of a pass that is over.
		if got.Covered != "" && s.At < got.Until && got.LeaseUntil <= s.At {
			return fmt.Errorf("the lease is over when it is given (R6.3): %s", show(got.LeaseUntil))
		}
	}
	if got.String() != s.Want.String() {
		return fmt.Errorf("the answer is another")
	}
	return nil
}

// figures compares those that the line names, as far as the stage can show them.
func (s *Step) figures(got Outcome) error {
	for name, want := range s.Want.Figures {
		if n, ok := got.Figures[name]; got.Figures == nil || (ok && n != want) {
			return fmt.Errorf("the figures are others")
		}
	}
	return nil
}

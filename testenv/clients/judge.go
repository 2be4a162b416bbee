package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// judged is what Tempest found, held against what is expected of it.
type judged struct {
	outcomes []outcome
	expected []expectation
	wanted   []string // services of which something has to pass
	took     time.Duration
}

func judge(outcomes []outcome, expected []expectation, wanted ...string) *judged {
	return &judged{outcomes: outcomes, expected: expected, wanted: wanted}
}

var (
	brackets = regexp.MustCompile(`\[[^]]*\]`)
	class    = regexp.MustCompile(`^(setUpClass|tearDownClass) \((.*)\)$`)
)

// plainName is a test's name without its attributes, and of the set-up of a
// class the name of the class.
func plainName(id string) string {
	if m := class.FindStringSubmatch(id); m != nil {
		id = m[2]
	}
	return brackets.ReplaceAllString(id, "")
}

// serviceOf is the service that a test is about; several for a scenario.
func serviceOf(id string) string {
	parts := strings.Split(plainName(id), ".")
	switch {
	case len(parts) > 2 && parts[1] == "api":
		return parts[2]
	case len(parts) > 1 && parts[1] == "scenario":
		return "several at once"
	}
	return "other"
}

// of are the outcomes with a result: passed, skipped, or failed, which is
// everything else, also a test that was begun and never ended.
func (j *judged) of(result string) []outcome {
	var found []outcome
	for _, o := range j.outcomes {
		if resultOf(o) == result {
			found = append(found, o)
		}
	}
	return found
}

func resultOf(o outcome) string {
	switch o.Status {
	case "success":
		return "passed"
	case "skip":
		return "skipped"
	default:
		return "failed"
	}
}

func (j *judged) failed() []outcome { return j.of("failed") }

// reason is why a test is known to fail; "" when it is not.
func (j *judged) reason(o outcome) string {
	for _, e := range j.expected {
		if e.Test == plainName(o.Test) {
			return e.Reason
		}
	}
	return ""
}

// wrong names every failure that is not expected, and every expectation that
// did not come true.
func (j *judged) wrong() error {
	var errs []error
	for _, o := range j.failed() {
		if j.reason(o) == "" {
			errs = append(errs, fmt.Errorf("tempest: %s: %s: %s", plainName(o.Test), o.Status, lastLines(o.Why, 6)))
		}
	}
	for _, e := range j.expected {
		came := slices.ContainsFunc(j.failed(), func(o outcome) bool { return plainName(o.Test) == e.Test })
		if !came {
			errs = append(errs, fmt.Errorf("tempest: %s is expected to fail and did not: take it out of expected.yaml", e.Test))
		}
	}
	if len(j.of("passed")) == 0 {
		errs = append(errs, errors.New("tempest: not one test passed"))
	}
	for _, service := range j.wanted {
		if !slices.ContainsFunc(j.of("passed"), func(o outcome) bool { return serviceOf(o.Test) == service }) {
			errs = append(errs, fmt.Errorf("tempest: not one test of %s passed", service))
		}
	}
	return errors.Join(errs...)
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func (j *judged) markdown(out io.Writer) {
	fmt.Fprintf(out, "### Tempest's smoke tests\n\nTwo at a time, %.0f min.\n\n", j.took.Minutes())
	fmt.Fprint(out, "| service | passed | failed | skipped |\n| --- | --: | --: | --: |\n")
	for _, service := range []string{"identity", "compute", "image", "network", "volume", "object_storage", "several at once", "other"} {
		counts := map[string]int{}
		for _, o := range j.outcomes {
			if serviceOf(o.Test) == service {
				counts[resultOf(o)]++
			}
		}
		if len(counts) > 0 {
			fmt.Fprintf(out, "| %s | %d | %d | %d |\n", service, counts["passed"], counts["failed"], counts["skipped"])
		}
	}
	j.reasons(out, "failed", func(o outcome) string {
		if reason := j.reason(o); reason != "" {
			return reason
		}
		return "**not expected**: " + oneLine(lastLines(o.Why, 1))
	})
	j.reasons(out, "skipped", func(o outcome) string { return oneLine(o.Why) })
}

// reasons is a table of the tests with a result.
func (j *judged) reasons(out io.Writer, result string, why func(o outcome) string) {
	found := j.of(result)
	if len(found) == 0 {
		return
	}
	slices.SortFunc(found, func(a, b outcome) int { return strings.Compare(plainName(a.Test), plainName(b.Test)) })
	fmt.Fprintf(out, "\n| %s | reason |\n| --- | --- |\n", result)
	for _, o := range found {
		fmt.Fprintf(out, "| `%s` | %s |\n", strings.TrimPrefix(plainName(o.Test), "tempest."), why(o))
	}
}

// oneLine makes a text fit into a cell of a table.
func oneLine(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}

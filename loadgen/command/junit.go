package command

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// junitSuite is a suite, with others in it or not.
//
// Source: https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
type junitSuite struct {
	Suites []junitSuite `xml:"testsuite"`
	Cases  []junitCase  `xml:"testcase"`
}

type junitCase struct {
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Time    string     `xml:"time,attr"`
	Failure *junitText `xml:"failure"`
	Error   *junitText `xml:"error"`
	Skipped *junitText `xml:"skipped"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// said is the first line of why a test did not pass.
func (t *junitText) said(otherwise string) string {
	for _, text := range []string{t.Message, t.Text} {
		if line, _, _ := strings.Cut(strings.TrimSpace(text), "\n"); line != "" {
			return line
		}
	}
	return otherwise
}

// readJUnit lays the tests end to end from the program's start on: JUnit says how
// long each took, and not when. Tests that were skipped were not run.
func readJUnit(text []byte, began time.Time) ([]step, error) {
	var root junitSuite // testsuites, or a testsuite
	if err := xml.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("read XML: %w", err)
	}
	var steps []step
	at := began
	err := root.walk(func(c junitCase) error {
		took, err := c.took()
		if err != nil {
			return err
		}
		s := step{name: strings.Trim(c.Class+"."+c.Name, "."), began: at, ended: at.Add(took)}
		at = s.ended
		switch {
		case c.Skipped != nil:
			return nil
		case c.Error != nil:
			s.wrong = c.Error.said("error")
		case c.Failure != nil:
			s.wrong = c.Failure.said("failure")
		}
		steps = append(steps, s)
		return nil
	})
	if ran := time.Since(began) + blur; err == nil && at.Sub(began) > ran {
		err = fmt.Errorf("its tests took %s, one after the other, and it ran for %s: JUnit cannot tell when tests ran that ran at once, subunit can", at.Sub(began), ran)
	}
	return steps, err
}

func (s junitSuite) walk(visit func(junitCase) error) error {
	for _, c := range s.Cases {
		if err := visit(c); err != nil {
			return err
		}
	}
	for _, inner := range s.Suites {
		if err := inner.walk(visit); err != nil {
			return err
		}
	}
	return nil
}

func (c junitCase) took() (time.Duration, error) {
	var s float64
	if _, err := fmt.Sscanf(strings.ReplaceAll(c.Time, ",", "")+" ", "%g", &s); err != nil {
		return 0, fmt.Errorf("test %s: time %q is no number of seconds", c.Name, c.Time)
	}
	return seconds(s)
}

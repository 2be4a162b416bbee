package main

import (
	_ "embed"
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

//go:embed expected.yaml
var expectedText []byte

// expectation is a test that is known to fail, and why.
type expectation struct {
	Test   string `yaml:"test"` // without the part in brackets
	Reason string `yaml:"reason"`
}

// readExpected reads the tests that are known to fail.
func readExpected(text []byte) ([]expectation, error) {
	var all []expectation
	if err := yaml.Load(text, &all, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("read expected.yaml: %w", err)
	}
	seen := map[string]bool{}
	for i, e := range all {
		if e.Test == "" || strings.TrimSpace(e.Reason) == "" || seen[e.Test] {
			return nil, fmt.Errorf("read expected.yaml: entry %d (%s) wants a test of its own and a reason", i+1, e.Test)
		}
		seen[e.Test] = true
		all[i].Reason = strings.Join(strings.Fields(e.Reason), " ")
	}
	return all, nil
}

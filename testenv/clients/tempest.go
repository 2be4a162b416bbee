package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// smoke selects Tempest's own smoke tests of six services, and those that use
// several of them at once.
const smoke = `^tempest\.(api\.(identity|compute|image|network|volume|object_storage)|scenario)\..*\[.*\bsmoke\b.*\]`

//go:embed results.py
var resultsScript string

// outcome is what became of one test, or of the set-up of a class of them.
type outcome struct {
	Test    string  `json:"test"`
	Status  string  `json:"status"` // of subunit: success, fail, skip, inprogress, …
	Why     string  `json:"why"`    // traceback of a failure, reason of a skip
	Seconds float64 `json:"seconds"`
}

// runTempest makes a workspace, runs the selection two tests at a time, and
// holds the failures against those that are expected.
func runTempest(ctx context.Context, c *cloud) (report, error) {
	ctx, cancel := context.WithTimeout(ctx, 40*time.Minute)
	defer cancel()
	expected, err := readExpected(expectedText)
	if err != nil {
		return nil, err
	}
	if _, err := c.run(ctx, ".", "tempest.log", "tempest", "init", "--workspace-path", c.path("workspaces.yaml"), "--name", c.name, c.path("tempest")); err != nil {
		return nil, err
	}
	s, err := settings(ctx, c, c.path("tempest"))
	if err != nil {
		return nil, err
	}
	text, err := s.render()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(c.path("tempest", "etc", "tempest.conf"), text, 0o600); err != nil {
		return nil, err
	}
	started := time.Now()
	// it ends with 1 when a test failed; which one, the stream tells
	_, ran := c.run(ctx, "tempest", "tempest.log", "tempest", "run", "--regex", smoke, "--concurrency", "2")
	took := time.Since(started)
	outcomes, err := readOutcomes(ctx, c)
	if err != nil {
		return nil, errors.Join(ran, err)
	}
	done := judge(outcomes, expected, "identity", "compute", "image", "network", "volume", "object_storage")
	done.took = took
	if len(done.failed()) == 0 && ran != nil {
		return done, ran
	}
	return done, ctx.Err()
}

// readOutcomes reads the stream that the last run left.
func readOutcomes(ctx context.Context, c *cloud) ([]outcome, error) {
	if err := os.WriteFile(c.path("results.py"), []byte(resultsScript), 0o600); err != nil {
		return nil, err
	}
	lines, err := c.run(ctx, "tempest", "results.log", "sh", "-c", "stestr last --subunit | python3 "+c.path("results.py"))
	if err != nil {
		return nil, err
	}
	return parseOutcomes(lines)
}

// parseOutcomes reads a JSON object a line. No test at all is an error: it is
// how a selection that matches nothing looks.
func parseOutcomes(lines []byte) ([]outcome, error) {
	var all []outcome
	for decoder := json.NewDecoder(bytes.NewReader(lines)); ; {
		var o outcome
		err := decoder.Decode(&o)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read Tempest's results: %w", err)
		}
		all = append(all, o)
	}
	if len(all) == 0 {
		return nil, errors.New("read Tempest's results: not one test ran")
	}
	return all, nil
}

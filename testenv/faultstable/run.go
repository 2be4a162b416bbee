package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// side is where the suites are run.
type side struct {
	name string
	args []string // of go test
	env  []string
	skip bool
}

func simulated() side { return side{name: onSimulated} }

func real(run bool, sample string) side {
	return side{name: onReal, args: []string{"-tags", "lab"}, env: []string{"ERIS_TEST_SAMPLE=" + sample}, skip: !run}
}

// run runs the suites of a family and takes in what they tell. That a test
// fails is a result, and no error.
func (s side) run(ctx context.Context, family string, results *results) error {
	which := map[string]string{onSimulated: "ASimulatedNode", onReal: "ARealNode"}[s.name]
	args := append([]string{"test", "-json", "-count=1", "-timeout=4h"}, s.args...)
	args = append(args, "-run", "^Test(EveryKind|EngineKilled)On"+which+"$", "./"+family)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env, cmd.Stderr = append(os.Environ(), s.env...), os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("run %s: %w", family, err)
	}
	now := newResults()
	tests := s.listen(out, now)
	err = cmd.Wait()
	if tests == 0 {
		err = errors.Join(errors.New("no test ended"), err)
	}
	if failed := new(exec.ExitError); tests == 0 || (err != nil && !errors.As(err, &failed)) {
		return fmt.Errorf("run %s on %s nodes: %w", family, s.name, err)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("run %s: %w", family, ctx.Err())
	}
	results.replace(s.name, now)
	if !results.has(s.name, family) {
		results.Families[s.name] = append(results.Families[s.name], family)
	}
	return nil
}

// listen takes in the events, and returns how many tests ended.
func (s side) listen(out io.Reader, results *results) int {
	tests := 0
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue // what the build prints
		}
		results.take(s.name, e)
		if e.Test != "" && (e.Action == "pass" || e.Action == "fail") {
			tests++
			if strings.Count(e.Test, "/") > 0 {
				fmt.Fprintf(os.Stderr, "%-9s %-4s %6.1f s  %s\n", s.name, e.Action, e.Elapsed, e.Test)
			}
		}
	}
	return tests
}

package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// side is where the suites are run.
type side struct {
	name  string
	where string // the end of the tests' names, a pattern
	tag   string // of the build, "" for none
	env   []string
	file  string // that every family has which is run there
	skip  bool
}

func simulated(run bool) side {
	return side{name: onSimulated, where: "ASimulatedNode", env: sampled(""), file: "sim_test.go", skip: !run}
}

// sampled is what has the suites run a sample by that word, or all of them.
func sampled(word string) []string {
	return []string{"ERIS_TEST_SAMPLE=" + cmp.Or(word, "all")}
}

// real are the labs without a whole OpenStack.
func real(run bool, sample string) side {
	return side{name: onReal, where: "ARealNode", tag: "lab", env: sampled(sample), file: "lab_test.go", skip: !run}
}

// whole is the lab with a whole OpenStack, for kinds that no other has what it needs for.
func whole(run bool, sample string) side {
	return side{name: onReal, where: "AWholeOpenStack", tag: "openstack", env: sampled(sample), file: "full_test.go", skip: !run}
}

// runtimes is the lab on which something else than systemd runs the services.
func runtimes(run bool, sample string) side {
	return side{where: "A[A-Z][A-Za-z]+OnARealNode", tag: "runtimes", env: sampled(sample), file: "runtimes", skip: !run}
}

// folders are those that have tests of this side.
func (s side) folders() ([]string, error) {
	if s.tag == "runtimes" {
		return []string{"testenv/lab/" + s.file}, nil
	}
	files, err := filepath.Glob("faults/*/" + s.file)
	if err != nil {
		return nil, fmt.Errorf("find the families: %w", err)
	}
	if len(files) == 0 {
		return nil, errors.New("no family of faults is here: run it in the project's folder")
	}
	for i, file := range files {
		files[i] = filepath.Dir(file)
	}
	return files, nil
}

var (
	ranOn   = regexp.MustCompile(`^Test(?:EveryKind|EngineKilled)(?:OfAGroup)?On(.+)OnARealNode$`)
	newWord = regexp.MustCompile(`[A-Z][a-z]*`)
)

// on is what the results of a test are kept under: the side, or what runs the service
// there, as the suite's name has it.
func (s side) on(test string) string {
	suite, _, _ := strings.Cut(test, "/")
	found := ranOn.FindStringSubmatch(suite)
	if s.name != "" || found == nil {
		return s.name
	}
	words := newWord.FindAllString(found[1], -1)
	for i, word := range words {
		if !slices.Contains([]string{"Docker", "Podman", "Pacemaker"}, word) {
			words[i] = strings.ToLower(word)
		}
	}
	return strings.Join(words, " ")
}

// pattern is what `go test -run` is given: the suites of this side, of their tests
// those of the kinds where any are named, and of those the cases that match. A family
// may run a kind below a name of its own, see place.
func (s side) pattern(kinds, cases string) string {
	suites := "^Test(EveryKind|EngineKilled)(OfAGroup)?On" + s.where + "$"
	first, below := ".", kindForm.String()
	if kinds != "" {
		first = "^(" + strings.ReplaceAll(regexp.QuoteMeta(kinds), ",", "|") + ")$"
		below = first
	}
	switch {
	case cases != "":
		cases = "(" + cases + ")" // an alternative outside of brackets is one of the whole pattern
		return suites + "/" + first + "/" + cases + "|" + suites + "/./" + below + "/" + cases
	case kinds != "":
		return suites + "/" + first
	}
	return suites
}

// run runs the suites of a family, of some kinds or of all, of some cases or of all, and
// takes in what they tell. That a test fails is a result, and no error.
func (s side) run(ctx context.Context, family, kinds, cases string, results *results) error {
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-count=1", "-timeout=4h", "-tags", s.tag,
		"-run", s.pattern(kinds, cases), "./"+family)
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
		return fmt.Errorf("run %s behind %q: %w", family, s.tag, err)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("run %s: %w", family, ctx.Err())
	}
	results.replace(now)
	if !results.has(s.where, family) {
		results.Families[s.where] = append(results.Families[s.where], family)
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
		results.take(s.on(e.Test), e)
		if e.Test != "" && (e.Action == "pass" || e.Action == "fail") {
			tests++
			if strings.Count(e.Test, "/") > 0 {
				fmt.Fprintf(os.Stderr, "%-9s %-4s %6.1f s  %s\n", s.on(e.Test), e.Action, e.Elapsed, e.Test)
			}
		}
	}
	return tests
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Counts says what became of a set of tests; subtests count like tests. What
// failed without being a test (a build, a panic outside of a test, a package
// cut off) counts as one failure.
type Counts struct{ Passed, Failed, Skipped int }

// event is a line of `go doc cmd/test2json`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build-output and build-fail
	Test        string
	Elapsed     float64 // seconds
	Output      string
	FailedBuild string
}

// Count reads events until the end of in and writes a line a package to out,
// with the whole output of every test that failed and the reason of every one
// that was skipped. A line that is no event is passed on as it stands.
func Count(in io.Reader, out io.Writer) (Counts, error) {
	c := counter{out: out, packages: map[string]*pkg{}, builds: map[string][]string{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			c.line(line)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return Counts{}, fmt.Errorf("read test events: %w", err)
		}
	}
	for _, name := range c.open() {
		fmt.Fprintf(out, "FAIL %s: its events break off\n", name)
		c.end(name, event{Action: "fail"})
	}
	return c.total, nil
}

type counter struct {
	out      io.Writer
	total    Counts
	packages map[string]*pkg     // those not at their end
	builds   map[string][]string // output of builds, by import path
}

// pkg is what is known of a package that has not ended.
type pkg struct {
	results map[string]string // test name to its last action
	order   []string          // test names as they started
	output  []event
}

// told begins a line of output that is shown whether or not its test failed: a
// lab that was made or mended for the tests is never silent about it.
const told = "labtest: "

func (c *counter) line(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil || e.Action == "" {
		_, _ = c.out.Write(line)
		return
	}
	switch e.Action {
	case "build-output":
		c.builds[e.ImportPath] = append(c.builds[e.ImportPath], e.Output)
		return
	case "build-fail":
		return
	}
	p := c.packages[e.Package]
	if p == nil {
		p = &pkg{results: map[string]string{}}
		c.packages[e.Package] = p
	}
	switch {
	case e.Action == "output":
		p.output = append(p.output, e)
		if strings.HasPrefix(e.Output, told) {
			fmt.Fprint(c.out, "   "+e.Output)
		}
	case e.Test != "":
		if _, known := p.results[e.Test]; !known {
			p.order = append(p.order, e.Test)
		}
		p.results[e.Test] = e.Action
	case e.Action == "pass" || e.Action == "fail" || e.Action == "skip":
		c.end(e.Package, e)
	}
}

// end closes a package: a test without an end of its own was cut off by a
// panic, a time-out or an exit, and so failed.
func (c *counter) end(name string, e event) {
	p := c.packages[name]
	delete(c.packages, name)
	var own Counts
	for _, test := range p.order {
		switch p.results[test] {
		case "pass", "bench":
			own.Passed++
		case "skip":
			own.Skipped++
		default:
			own.Failed++
		}
	}
	if e.Action == "fail" && own.Failed == 0 {
		own.Failed = 1
	}
	c.total.Passed += own.Passed
	c.total.Failed += own.Failed
	c.total.Skipped += own.Skipped
	c.report(name, p, own, e)
}

func (c *counter) report(name string, p *pkg, own Counts, e event) {
	if own == (Counts{}) {
		return // no test files
	}
	word := "ok  "
	if own.Failed > 0 {
		word = "FAIL"
		c.failures(p, e)
	}
	for _, o := range p.output {
		if p.results[o.Test] == "skip" {
			fmt.Fprint(c.out, o.Output)
		}
	}
	fmt.Fprintf(c.out, "%s %s %.1fs: %d passed, %d failed, %d skipped\n", word, name, e.Elapsed, own.Passed, own.Failed, own.Skipped)
}

// failures prints what the build said, what the package said outside of its
// tests, and what every test said that did not pass.
func (c *counter) failures(p *pkg, e event) {
	for _, line := range c.builds[e.FailedBuild] {
		fmt.Fprint(c.out, line)
	}
	for _, o := range p.output {
		switch p.results[o.Test] {
		case "pass", "bench", "skip":
		default:
			fmt.Fprint(c.out, o.Output)
		}
	}
}

// open names the packages whose end was not seen.
func (c *counter) open() []string {
	var names []string
	for name := range c.packages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

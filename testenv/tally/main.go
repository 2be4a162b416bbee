// Command tally runs `go test -json …` and counts what became of its tests:
// a line a package on stdout, the whole output of what failed, and one line of
// three numbers (passed, failed, skipped) appended to a file for testenv/check
// to sum.
//
//	tally -counts FILE go test -json ./...
//
// It exits 0 when nothing failed, 1 when something did, 2 when it could not
// do its work.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	counts := flag.String("counts", "", "append `passed failed skipped` to this file")
	flag.Parse()
	total, err := run(flag.Args(), os.Stdout, os.Stderr)
	if err == nil && *counts != "" {
		err = appendLine(*counts, fmt.Sprintf("%d %d %d\n", total.Passed, total.Failed, total.Skipped))
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(2)
	case total.Failed > 0:
		os.Exit(1)
	}
}

// run starts the command, counts its events while they come, and counts one
// failure more when the command failed though no event said so: a pattern that
// matches nothing, a go.mod that cannot be read.
func run(command []string, out, errs io.Writer) (Counts, error) {
	if len(command) == 0 {
		return Counts{}, fmt.Errorf("run tests: no command given")
	}
	cmd := exec.Command(command[0], command[1:]...) //nolint:noctx // ended by the signal that ends this program's process group
	cmd.Stderr = errs
	events, err := cmd.StdoutPipe()
	if err != nil {
		return Counts{}, fmt.Errorf("run tests: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return Counts{}, fmt.Errorf("run tests: %w", err)
	}
	total, err := Count(events, out)
	if err != nil {
		return Counts{}, err
	}
	if err := cmd.Wait(); err != nil && total.Failed == 0 {
		total.Failed++
		fmt.Fprintf(out, "FAIL %s: %v\n", command[0], err)
	}
	if total == (Counts{}) {
		total.Failed++
		fmt.Fprintln(out, "FAIL: not one test ran")
	}
	return total, nil
}

func appendLine(path, line string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write counts: %w", err)
	}
	if _, err := f.WriteString(line); err != nil {
		return fmt.Errorf("write counts: %w", err)
	}
	return f.Close()
}

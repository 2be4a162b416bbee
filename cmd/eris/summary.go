package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// stepSummary names the file to which a step of GitHub Actions appends what is shown of
// it.
//
// Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
const stepSummary = "GITHUB_STEP_SUMMARY"

// summaryMost is how much a step's summary may have, bytes; GitHub shows nothing of one
// that has more.
const summaryMost = 1 << 20

// summarize appends what is written to the summary of the step that runs Eris, where
// there is one. That it could not is said, and is nothing of the run's.
func summarize(write func(io.Writer) error, said io.Writer) {
	file := os.Getenv(stepSummary)
	if file == "" {
		return
	}
	if err := appendTo(file, write); err != nil {
		fmt.Fprintf(said, "eris: the summary of the step has nothing of the run: %v\n", err)
	}
}

func appendTo(file string, write func(io.Writer) error) error {
	var page bytes.Buffer
	if err := write(&page); err != nil {
		return err
	}
	to, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("open summary: %w", err)
	}
	has, err := to.Stat()
	switch {
	case err != nil:
	case has.Mode().IsRegular() && has.Size()+int64(page.Len()) > summaryMost:
		err = errors.New("it would have more than 1 MiB, of which nothing would be shown")
	default:
		_, err = to.Write(page.Bytes())
	}
	if err = errors.Join(err, to.Close()); err != nil {
		return fmt.Errorf("append to summary: %w", err)
	}
	return nil
}

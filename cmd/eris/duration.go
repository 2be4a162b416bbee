package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// length is a flag for how long something is, or may take: never less than nothing,
// and where nothing makes no sense, more.
type length struct {
	of       *time.Duration
	positive bool
}

// registerLength adds such a flag; more than 0s if its default is.
func registerLength(cmd *cobra.Command, of *time.Duration, name string, usual time.Duration, help string) {
	*of = usual
	cmd.Flags().Var(&length{of, usual > 0}, name, help)
}

// Set reads a duration.
func (l *length) Set(text string) error {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return fmt.Errorf("%q is no duration: 500ms, 30s, 2m or 1h30m are", text)
	case d < 0, d == 0 && l.positive:
		return fmt.Errorf("%v is no time in which anything could be done", d)
	}
	*l.of = d
	return nil
}

// String is the value; empty for none, which help does not show.
func (l *length) String() string {
	if l.of == nil || *l.of == 0 {
		return ""
	}
	return l.of.String()
}

// Type is the word for the value in help.
func (*length) Type() string { return "duration" }

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"
)

// section is the part of docs/lab.md that this command writes.
type section struct {
	Made    time.Time
	Reports []report
}

// The section lies between these lines; what is around it stays as it is.
const (
	sectionBegin = "<!-- written by: go run ./testenv/clients -write docs/lab.md -->\n"
	sectionEnd   = "<!-- end of what is written -->\n"
)

func (s section) write(w io.Writer) error {
	var text bytes.Buffer
	for i, r := range s.Reports {
		if i > 0 {
			text.WriteString("\n")
		}
		r.markdown(&text)
	}
	_, err := w.Write(text.Bytes())
	return err
}

// replace puts the section into a file that has the two lines.
func (s section) replace(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, begins := bytes.Cut(text, []byte(sectionBegin))
	_, after, ends := bytes.Cut(rest, []byte(sectionEnd))
	if !begins || !ends {
		return fmt.Errorf("write %s: it lacks the lines between which the section lies: %q and %q", file, sectionBegin, sectionEnd)
	}
	var made bytes.Buffer
	made.Write(before)
	fmt.Fprintf(&made, "%s\nAs of %s:\n\n", sectionBegin, s.Made.Format(time.DateOnly))
	if err := s.write(&made); err != nil {
		return err
	}
	made.WriteString("\n" + sectionEnd)
	made.Write(after)
	return os.WriteFile(file, made.Bytes(), 0o644)
}

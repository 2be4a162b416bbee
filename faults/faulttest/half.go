package faulttest

import (
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/openstack-eris/eris/faults"
)

// What a step leaves on its node when it has come to the place where it waits, and
// what lets it go on. Both are the test's own, and none of the fault's.
const (
	reached = "/run/faulttest-reached"
	release = "/run/faulttest-release"
)

// waits is a piece of a step that waits where it stands, once: whoever runs the step
// again is not held up. when is a condition in sh.
func waits(when string) string {
	return fmt.Sprintf("if [ ! -e %[1]s ] && %[3]s; then : >%[1]s; until [ -e %[2]s ]; do sleep 0.1; done; fi\n", reached, release, when)
}

// half is a script with a piece put into its middle: half of what it does, but for
// its functions and options, is done before that. One that ends before its middle
// comes to the piece there, with all that it does done.
func half(text, piece string) (string, error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "step")
	if err != nil {
		return "", fmt.Errorf("find the middle of a step: %w", err)
	}
	var does []*syntax.Stmt
	for _, s := range file.Stmts {
		if call, is := s.Cmd.(*syntax.CallExpr); is && (len(call.Args) == 0 || call.Args[0].Lit() == "set") {
			continue // variables and options
		}
		if _, is := s.Cmd.(*syntax.FuncDecl); !is {
			does = append(does, s)
		}
	}
	early := "trap '" + strings.TrimSpace(piece) + "' EXIT\n"
	if len(does) < 2 {
		return early + strings.TrimRight(text, "\n") + "\n" + piece, nil
	}
	at := int(does[(len(does)+1)/2].Pos().Offset())
	return early + text[:at] + piece + text[at:], nil
}

// staged is a fault that waits in one of its steps, see waits.
type staged struct {
	faults.Fault
	in phase
}

func (s staged) Scripts(target faults.Target) (faults.Scripts, error) {
	scripts, err := s.Fault.Scripts(target)
	if err != nil {
		return scripts, err
	}
	switch s.in {
	case inPreflight:
		scripts.Preflight, err = half(scripts.Preflight, waits("true"))
	case inArming:
		scripts.Prepare, err = half(scripts.Prepare, waits("true"))
	case inInject:
		scripts.Inject, err = half(scripts.Inject, waits("true"))
	case inUndo:
		scripts.Undo, err = half(scripts.Undo, waits(`grep -q " undoing engine" log`))
	case inWaiting, inHold:
	}
	return scripts, err
}

// Beside is that of the fault itself.
func (s staged) Beside() bool { return changed{Fault: s.Fault}.Beside() }

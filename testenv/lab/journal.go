package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// NodeError is a failure on one node, with what the node itself said last.
type NodeError struct {
	Node    string
	About   string // whose words these are: units, or the node itself; empty: of the failure
	Journal string // ends of the units' journal and of the files that they log to, or of the node's console; empty when they said nothing
	Err     error
}

// Error is the failure and, in lines of its own, what the node said.
func (e *NodeError) Error() string {
	if e.Journal == "" {
		return e.Err.Error()
	}
	about := e.About
	if about == "" {
		about = "it"
	}
	return e.Err.Error() + "\nthe last that " + e.Node + " says of " + about + ":\n  " + strings.ReplaceAll(e.Journal, "\n", "\n  ")
}

// Unwrap is the failure itself.
func (e *NodeError) Unwrap() error { return e.Err }

// Bounds of what a failure shows of one node.
const (
	journalLines   = 25
	logLines       = 12  // of each file
	logFiles       = 5   // that were written to last
	lineLength     = 400 // of a line, in bytes
	journalTimeout = 10 * time.Second
)

// place is where a witness's words are.
type place int

const (
	inJournal place = iota // of units, and in the files that they log to
	onConsole              // of a node that is off
	inBMC                  // in the log of a node's BMC
)

// witness is who can tell why something on a node is not well.
type witness struct {
	node  string
	units []string // whose journal; none for the other places
	at    place
}

// testimony is what a witness says, as part of an error; of a node that has gone
// off since, what is on its console. It is asked for when something has failed,
// maybe because time was up, so it has a little time of its own.
func (w witness) testimony(ctx context.Context, p paths, profile *Profile, err error) *NodeError {
	said := &NodeError{Node: w.node, Err: err}
	pid, errPID := leader(p, w.node)
	switch {
	case w.at == inBMC:
		said.About, said.Journal = "its BMC", endOf(p.bmc(w.node, "log"))
	case w.at == onConsole || errPID == nil && pid == 0:
		said.About, said.Journal = "itself on its console", console(p, w.node)
	default:
		said.About, said.Journal = strings.Join(w.units, ", "), journal(ctx, p, profile, w.node, w.units)
	}
	return said
}

// journal is the end of what units on a node have said, in its journal and in
// the files that they log to. Without units nothing is asked.
func journal(ctx context.Context, p paths, profile *Profile, node string, units []string) string {
	if len(units) == 0 {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), journalTimeout)
	defer cancel()
	text, err := onNode(ctx, p, node, askWords(units, profile.logsOf(units)))
	if err != nil {
		text += "\nno more could be read: " + err.Error()
	}
	return readable(text)
}

// askWords is the script that prints what journal returns: each file below its
// name, the one that was written to last first.
func askWords(units, globs []string) string {
	var ask strings.Builder
	fmt.Fprintf(&ask, "journalctl --quiet --no-pager --no-hostname --lines=%d", journalLines)
	for _, unit := range units {
		fmt.Fprintf(&ask, " --unit='%s'", unit)
	}
	fmt.Fprintf(&ask, " 2>&1 | cut -b -%d || :\n", lineLength)
	fmt.Fprintf(&ask, "shown=0\nfor file in $(ls -t -- %s 2>/dev/null | uniq); do\n", strings.Join(globs, " "))
	fmt.Fprintf(&ask, "[ -s \"$file\" ] && [ $shown -lt %d ] || continue\nshown=$((shown + 1))\necho \"$file:\"\n", logFiles)
	fmt.Fprintf(&ask, "tail -n %d -- \"$file\" | cut -b -%d | sed 's/^/  /'\ndone", logLines, lineLength)
	return ask.String()
}

// console is the end of what a node has printed while it booted.
func console(p paths, node string) string { return endOf(filepath.Join(p.node(node), "console.log")) }

// endOf is the end of a file of this machine; empty when there is none.
func endOf(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	var end tail
	_, _ = end.Write(text) // keeps the last of it, and cannot fail
	return readable(string(end.kept))
}

// escapes are a terminal's control sequences (ECMA-48), such as those of colours.
var escapes = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]`)

// readable is text without what would move the cursor or colour a terminal.
func readable(text string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, escapes.ReplaceAllString(strings.ToValidUTF8(text, "?"), ""))
	return strings.TrimSpace(clean)
}

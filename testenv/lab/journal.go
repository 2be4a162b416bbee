package lab

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// NodeError is a failure on one node, with what the node itself said last.
type NodeError struct {
	Node    string
	Journal string // end of its journal for the units concerned; empty when it cannot be read
	Err     error
}

// Error is the failure and, in lines of its own, what the node said.
func (e *NodeError) Error() string {
	if e.Journal == "" {
		return e.Err.Error()
	}
	return e.Err.Error() + "\nthe last that " + e.Node + " says of it:\n  " + strings.ReplaceAll(e.Journal, "\n", "\n  ")
}

// Unwrap is the failure itself.
func (e *NodeError) Unwrap() error { return e.Err }

// journal is the end of a node's journal for some units, of its whole journal
// when none is named. It is asked for when something has failed, maybe because
// time was up, so it has a little time of its own.
func journal(ctx context.Context, p paths, node string, units []string) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	ask := []string{"journalctl --quiet --no-pager --no-hostname --lines=25"}
	for _, unit := range units {
		ask = append(ask, "--unit="+unit)
	}
	text, err := onNode(ctx, p, node, strings.Join(ask, " "))
	if err != nil {
		return ""
	}
	return text
}

// console is the end of what a node has printed while it booted.
func console(p paths, node string) string {
	text, err := os.ReadFile(filepath.Join(p.node(node), "console.log"))
	if err != nil {
		return ""
	}
	var end tail
	_, _ = end.Write(text) // keeps the last of it, and cannot fail
	return strings.TrimSpace(string(end.kept))
}

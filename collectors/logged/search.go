package logged

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

// mostIDs is how many request ids are looked for.
const mostIDs = 400

// namedMost is how many nodes are named that are not searched.
const namedMost = 10

// idShape is what is looked for as it stands: what a cloud says is an id may be anything, and
// a short one is in many lines.
var idShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{7,99}$`)

// Search looks into the logs of all nodes at once: for the ids of requests, and for what was
// written around faults. What cannot be searched is said.
func (b *Book) Search(ctx context.Context, requests []record.Request, faults []record.Around) []*record.Logged {
	ids, whole := wanted(requests)
	if len(ids) == 0 && len(faults) == 0 {
		return told(whole)
	}
	whole.Silent = append(whole.Silent, b.elsewhere(len(ids) > 0)...)
	found := make([]*record.Logged, len(b.Names))
	var asked errgroup.Group
	asked.SetLimit(atOnce)
	for i, name := range b.Names {
		of := slices.DeleteFunc(slices.Clone(faults), func(a record.Around) bool { return a.Target.Node != name })
		if len(ids) > 0 || len(of) > 0 {
			asked.Go(func() error {
				found[i] = b.node(ctx, name, ids, of)
				return nil
			})
		}
	}
	_ = asked.Wait() // no goroutine of it returns one
	fitAll(found, textOfAll)
	return told(append(found, whole)...)
}

// told are those that say something.
func told(all ...*record.Logged) []*record.Logged {
	return slices.DeleteFunc(all, func(l *record.Logged) bool {
		return l == nil || len(l.Lines)+len(l.Silent) == 0
	})
}

// wanted are the ids that can be looked for, each once, and what is left out.
func wanted(requests []record.Request) ([]string, *record.Logged) {
	var ids []string
	odd, more := 0, 0
	for _, r := range requests {
		switch {
		case !idShape.MatchString(r.ID):
			odd++
		case slices.Contains(ids, r.ID):
		case len(ids) == mostIDs:
			more++
		default:
			ids = append(ids, r.ID)
		}
	}
	whole := &record.Logged{}
	if odd > 0 {
		whole.Silent = append(whole.Silent, fmt.Sprintf("%d request ids that are none to look for", odd))
	}
	if more > 0 {
		whole.Silent = append(whole.Silent, fmt.Sprintf("%d request ids beyond the first %d", more, mostIDs))
	}
	return ids, whole
}

// elsewhere names the nodes with services that are not searched for ids.
func (b *Book) elsewhere(ids bool) []string {
	var names []string
	for _, n := range b.Cloud.Nodes {
		if ids && !slices.Contains(b.Names, n.Name) && len(b.Cloud.ServicesOn(n.Name)) > 0 {
			names = append(names, n.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	more := ""
	if over := len(names) - namedMost; over > 0 {
		names, more = names[:namedMost], fmt.Sprintf(" and %d more", over)
	}
	return []string{"nodes that the run reaches for nothing else: " + strings.Join(names, ", ") + more}
}

// node looks into the logs of one.
func (b *Book) node(ctx context.Context, name string, ids []string, faults []record.Around) *record.Logged {
	l := &record.Logged{Node: name, Requests: len(ids)}
	silent := func(format string, args ...any) *record.Logged {
		l.Silent = append(l.Silent, record.OneLine(fmt.Sprintf(format, args...), lineMost))
		return l
	}
	if b.begun[name] == nil {
		why := b.why[name]
		if why == "" {
			why = "nobody asked"
		}
		return silent("how long its logs were when the run began is not known: %s", why)
	}
	end, err := b.ask(ctx, name, b.Nodes.Run)
	if err != nil {
		return silent("its logs: %v", err)
	}
	pieces, lost := b.pieces(name, len(ids) > 0, faults, end)
	for _, words := range lost {
		silent("%s", words)
	}
	if len(pieces) == 0 {
		return l
	}
	got := b.Nodes.Run(ctx, name, remote.Command{
		Script: script(pieces), Stdin: []byte(strings.Join(ids, "\n")), Root: true, Timeout: readTimeout, MaxOutput: mostOutput,
	})
	if got.State != remote.Done && got.Err == nil {
		got.Err = errors.New("it gave no answer")
	}
	a := readAnswer(got.Stdout, got.Stderr, len(pieces))
	switch {
	case got.State != remote.Done:
		silent("its logs, or a part of them: %v", got.Err)
	case got.Truncated:
		silent("more than %d MiB that were found", mostOutput>>20)
	case !a.ended:
		silent("its logs, or a part of them: the answer has no end")
	}
	for n, p := range pieces {
		if a.failed[n] && len(a.lines[n]) < mostMatches {
			silent("%s: it could not be read, or not to its end", p.source)
		}
		if p.around == nil && len(a.lines[n]) >= mostMatches {
			silent("%s: lines with request ids beyond the first %d", p.source, mostMatches)
		}
	}
	excerpts(l, pieces, a, ids)
	fit(l, textOfNode, fmt.Sprintf("a node has %d KiB in the record", textOfNode>>10))
	return l
}

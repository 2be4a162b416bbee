package faults

import (
	"context"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Diagnosis is what Eris has left on a node.
type Diagnosis struct {
	Node    string
	Err     error            // the node gave no answer, so nothing is known of it
	Residue []record.Residue // what is left, each with exact shell commands
	Halt    string           // reason of a halt that is in force
	Claim   *ClaimedError    // a run that has the node at this moment
	Past    []Past           // faults that were undone while no engine looked
}

// Past is a fault that is over on its node, by the stamps that it left there.
type Past struct {
	Node   string
	ID     string
	Stamps []Stamp
}

// Clean reports that the node was read and holds no residue.
func (d Diagnosis) Clean() bool { return d.Err == nil && len(d.Residue) == 0 && d.Halt == "" }

// Doctor scans the nodes for residue and touches nothing. Results come in the
// order of nodes.
func Doctor(ctx context.Context, runner remote.Runner, nodes []string) []Diagnosis {
	found := make([]Diagnosis, len(nodes))
	var group sync.WaitGroup
	for n, node := range nodes {
		group.Go(func() {
			result := runner.Run(ctx, node, remote.Command{
				Script: script.Doctor(), Root: true, Timeout: 30 * time.Second, MaxOutput: 1 << 20,
			})
			found[n] = diagnose(node, parse(result.Stdout))
			found[n].Err = failure(result)
		})
	}
	group.Wait()
	return found
}

func diagnose(node string, a answer) Diagnosis {
	d := Diagnosis{Node: node}
	var past *Past
	told := map[string]int{} // faults, by their id: where in Residue
	for _, l := range a {
		if id, where, is := faultIn(l); is {
			past = nil
			if n, twice := told[id]; twice { // it is told of /run and of /var/lib
				d.Residue[n].What += " and " + where
				continue
			}
			told[id] = len(d.Residue)
			d.Residue = append(d.Residue, record.Residue{Node: node, What: fmt.Sprintf("fault %s: %s", id, where), Remedy: remedy(id)})
		}
		if l.key == "residue" {
			past = nil
			what, remedy, _ := strings.Cut(l.value, "\t")
			d.Residue = append(d.Residue, record.Residue{Node: node, What: what, Remedy: remedy})
		}
		switch l.key {
		case "halt":
			d.Halt = l.value
		case "run":
			d.Claim = parseClaim(node, l.value)
		case "history":
			d.Past = append(d.Past, Past{Node: node, ID: l.value})
			past = &d.Past[len(d.Past)-1]
		case "stamp":
			if s, ok := parseStamp(l.value); ok && past != nil {
				past.Stamps = append(past.Stamps, s)
			}
		}
	}
	return d
}

// faultIn is what a line of doctor.sh says of a fault that is not over: its state in
// one of its directories.
func faultIn(l line) (id, where string, is bool) {
	directory, state, _ := strings.Cut(l.value, " ")
	return path.Base(directory), fmt.Sprintf("%s in %s", state, directory), l.key == "fault"
}

// failure is why a result tells nothing, or nil.
func failure(result remote.Result) error {
	if result.State != remote.Done {
		return fmt.Errorf("reach node: %s: %w", result.State, result.Err)
	}
	if result.Exit != 0 {
		return fmt.Errorf("run on node: exit status %d: %s", result.Exit, why(result))
	}
	return nil
}

// idOf is the fault's id in the path of its guard.
func idOf(guard string) string { return path.Base(path.Dir(guard)) }

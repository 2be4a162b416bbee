package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Override lifts one safety net, for a reason that the report prints.
type Override struct {
	Net    string `json:"net"`
	Reason string `json:"reason"`
}

// The safety nets that a plan itself holds; the others are those of fault
// kinds, which name them per target, and stand in package faults.
const (
	BeyondRedundancy = "beyond-redundancy"
	LastQuorumMember = "last-quorum-member"
	TooManyTargets   = "too-many-targets"
	// RealOutage is held while the run goes on, and not by a plan, which knows
	// nothing of what is down.
	RealOutage = "real-outage"
)

// Nets lists the safety nets by name, with what each refuses.
func Nets() map[string]string {
	return map[string]string{
		BeyondRedundancy:        "a loss that a redundancy group does not tolerate; the scenario must also say expect: breach",
		LastQuorumMember:        "a loss that leaves a voting group without its majority",
		TooManyTargets:          "whole nodes, more than half of the cloud's",
		RealOutage:              "a service that is not healthy before the start, or when a fault fires, and that no fault of the run explains",
		faults.Irreversible:     "a fault that cannot be undone, or whose undo nothing verifies",
		faults.NoOutOfBand:      "a node that cannot be powered on from outside",
		faults.NoAutonomousHeal: "a fault that heals only while this machine lives",
		faults.RootFS:           "a fault of the root file system",
		faults.GuestData:        "a volume that a server may be writing to, which loses that",
		faults.ServersOnHost:    "a host that Nova is told to take for down, whose servers run on",
	}
}

// reasonMost is how long a reason may be, in bytes: it stands on every page of the run.
const reasonMost = 500

// ParseOverride reads NET=REASON as the command line takes it. The reason is kept without what
// looks like a secret.
func ParseOverride(text string) (Override, error) {
	net, reason, _ := strings.Cut(text, "=")
	o := Override{Net: strings.TrimSpace(net), Reason: record.OneLine(reason, reasonMost)}
	var known []string
	for name := range Nets() {
		known = append(known, name)
	}
	switch {
	case !slices.Contains(known, o.Net):
		return o, fmt.Errorf("unknown safety net %q; %s", o.Net, document.Suggest(o.Net, known))
	case o.Reason == "":
		return o, fmt.Errorf("override of %s: a reason is missing; write --override %s=REASON", o.Net, o.Net)
	}
	return o, nil
}

// Refusal is everything for which a scenario is not planned. Nothing has been
// touched.
type Refusal struct {
	Scenario string
	Reasons  []Reason
}

// Reason is one cause of a refusal.
type Reason struct {
	Fault string // empty when it concerns the whole scenario
	Net   string // the safety net that refused, if one did
	Err   error
	Hint  string // may be empty
}

// Error is one paragraph a reason.
func (r *Refusal) Error() string {
	lines := []string{fmt.Sprintf("the scenario %s is refused, and nothing was touched", r.Scenario)}
	for _, reason := range r.Reasons {
		line := reason.Err.Error()
		if reason.Fault != "" {
			line = reason.Fault + ": " + line
		}
		lines = append(lines, "  "+line)
		if reason.Hint != "" {
			lines = append(lines, "      "+reason.Hint)
		}
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the causes, such as a *redundancy.Refusal.
func (r *Refusal) Unwrap() []error {
	causes := make([]error, len(r.Reasons))
	for i, reason := range r.Reasons {
		causes[i] = reason.Err
	}
	return causes
}

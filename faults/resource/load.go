package resource

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// load is what one load of a node has of its own; the rest is common to all.
type load struct {
	kind   string   // of the fault; NAME.load if empty
	name   string   // of its unit
	takes  string   // what it loads, the name if empty: no two loads of one thing share a node
	bounds string   // controllers of cgroups without which it would have none
	args   []string // of its scripts, after ID, name and bounds
	tools  []string
	shared string // functions of its preflight, inject and observe
	check  string // what preflight asks beyond the bounds
	files  string // what it leaves on a disk, for the fingerprint
	clean  string // and what takes that away
	run    string // the program of the unit
	inject string
	see    string
}

// scripts are the steps of a load; wrong is what is the matter with its arguments.
func (l load) scripts(target faults.Target, wrong error) (faults.Scripts, error) {
	if wrong != nil {
		return faults.Scripts{}, fmt.Errorf("check %s: %w", cmp.Or(l.kind, l.name+".load"), wrong)
	}
	if err := target.WholeNode(); err != nil {
		return faults.Scripts{}, err
	}
	if target.Cloud == nil {
		return faults.Scripts{}, errors.New("choose node: nobody knows what runs there")
	}
	works, tools := target.Works()
	common := text("cgroup.sh", "load.sh") + l.shared
	return faults.Scripts{
		Args:        append([]string{target.ID, l.name, l.bounds}, l.args...),
		Tools:       append(append([]string{"systemctl", "systemd-run", "cut", "sort", "sed", "tr", "sleep"}, l.tools...), tools...),
		Preflight:   common + text("load_preflight.sh") + l.check,
		Fingerprint: text("load.sh", "load_fingerprint.sh") + l.files,
		Prepare:     text("load_prepare.sh") + script.Program(script.Ended()+l.run),
		Inject:      common + l.inject,
		Observe:     common + l.see,
		Undo:        script.Gone() + text("load.sh", "load_undo.sh") + l.clean,
		Healthy:     works,
		Resources:   []string{"load:" + cmp.Or(l.takes, l.name)},
	}, nil
}

// The bounds of a ramp: shorter is none, and longer would begin with less than
// a clock can tell.
const (
	minRamp = 2 * time.Second
	maxRamp = 10 * time.Minute
)

// climbs refuses a ramp that is no whole number of seconds, or too long.
func climbs(ramp time.Duration) error {
	if ramp != 0 && (ramp < minRamp || ramp > maxRamp || ramp%time.Second != 0) {
		return fmt.Errorf("ramp: %s is not 2s to 10m in whole seconds", ramp)
	}
	return nil
}

// seconds is a time in whole seconds.
func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

package service

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/openstack-eris/eris/faults"
)

// Kill is service.kill: the service's processes get a signal, all of a unit's,
// of a container its main one.
type Kill struct {
	Signal   string `yaml:"signal" help:"signal that is sent: KILL, TERM, ABRT, SEGV, INT, QUIT or HUP (default KILL)"`
	KeepDown bool   `yaml:"keep_down" help:"keep it down until the undo (default true); false lets systemd, a container's engine or Pacemaker start it again"`
}

// NewKill returns the defaults: SIGKILL, and kept down.
func NewKill() *Kill { return &Kill{Signal: "KILL", KeepDown: true} }

// Lasting tells that it is kept down, so that nothing but the undo brings
// it back.
func (k *Kill) Lasting() bool { return k.KeepDown }

// Validate refuses a signal that would not end a process.
func (k *Kill) Validate() error {
	if signals := []string{"KILL", "TERM", "ABRT", "SEGV", "INT", "QUIT", "HUP"}; !slices.Contains(signals, k.Signal) {
		return fmt.Errorf("signal: %q is none of %q", k.Signal, signals)
	}
	return nil
}

// Sizes are how many processes were killed, where they are told one by one.
func (k *Kill) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "killed", Unit: "processes", Seen: `(\d+) were killed by SIG`},
	}
}

// Scripts returns the steps for what runs the target's service.
func (k *Kill) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := k.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check service.kill: %w", err)
	}
	return strike(target, "kill", k.Signal, strconv.FormatBool(k.KeepDown))
}

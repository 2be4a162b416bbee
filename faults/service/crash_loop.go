package service

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openstack-eris/eris/faults"
)

// CrashLoop is service.crash_loop: the service's processes are killed again and
// again. systemd starts it each time, until its start limit: then it is failed,
// and stays so until the undo.
type CrashLoop struct {
	Every  time.Duration `yaml:"every" help:"how long after a crash the next one comes, 200ms to 5m (default 2s); with systemd's usual start limit, five in 10 s, what crashes more often than every 2s is soon failed for good"`
	Signal string        `yaml:"signal" help:"signal that is sent: KILL, ABRT or SEGV (default KILL); the other two may leave core dumps"`
}

// NewCrashLoop returns the defaults: SIGKILL, every other second.
func NewCrashLoop() *CrashLoop { return &CrashLoop{Every: 2 * time.Second, Signal: "KILL"} }

// Lasting tells that nothing but the undo ends it.
func (*CrashLoop) Lasting() bool { return true }

// Validate refuses a time that is too short for a crash, or so long that there
// would be one only, and a signal that is no crash.
func (c *CrashLoop) Validate() error {
	var wrong []error
	if c.Every < 200*time.Millisecond || c.Every > 5*time.Minute {
		wrong = append(wrong, fmt.Errorf("every: %s is not between 200ms and 5m", c.Every))
	}
	if signals := []string{"KILL", "ABRT", "SEGV"}; !slices.Contains(signals, c.Signal) {
		wrong = append(wrong, fmt.Errorf("signal: %q is none of %q", c.Signal, signals))
	}
	return errors.Join(wrong...)
}

// Scripts returns the steps for what runs the target's service.
func (c *CrashLoop) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := c.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check service.crash_loop: %w", err)
	}
	return strike(target, "crash_loop", "crash", c.Signal, fmt.Sprintf("%.3f", c.Every.Seconds()))
}

package power

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// libvirtWithin bounds one call of virsh, whose connection may be over SSH.
const libvirtWithin = 10 * time.Second

// libvirt switches a node that is a domain. virsh does it: it comes with libvirt,
// reads its configuration and credentials (libvirt's auth.conf, SSH's keys), and
// speaks every transport that a URI can name.
type libvirt struct {
	at    *inventory.Power
	virsh string
}

// openLibvirt looks for virsh on this machine.
func openLibvirt(p *inventory.Power) (Driver, error) {
	virsh, err := exec.LookPath("virsh")
	if err != nil {
		return nil, fmt.Errorf("open power at %s: this machine has no virsh (Debian: libvirt-clients): %w", p.Place(), err)
	}
	return &libvirt{at: p, virsh: virsh}, nil
}

// Status implements Driver.
func (d *libvirt) Status(ctx context.Context) (State, error) {
	said, err := d.run(ctx, "domstate")
	if err == nil {
		switch state := strings.TrimSpace(said); state { // as virsh's domstate has them
		case "running", "idle", "no state", "in shutdown":
			return On, nil
		case "shut off":
			return Off, nil
		default: // paused, pmsuspended, crashed: neither, and only a person knows why
			err = fmt.Errorf("it is %s", state)
		}
	}
	return Unknown, fmt.Errorf("read power at %s: %w", d.at.Place(), err)
}

// Do implements Driver.
func (d *libvirt) Do(ctx context.Context, action Action) error {
	verb, known := map[Action]string{TurnOn: "start", TurnOff: "destroy", Reset: "reset"}[action]
	if !known {
		return fmt.Errorf("power %s at %s: no such action", action, d.at.Place())
	}
	if _, err := d.run(ctx, verb); err != nil {
		return fmt.Errorf("power %s at %s: %w", action, d.at.Place(), err)
	}
	return nil
}

// lasting is an environment without what ends with the login of a person: an agent
// with SSH's keys, and who would ask for a password. What gives a node its power back
// may run without them, so nothing is done with their help before.
func lasting(env []string) []string {
	return slices.DeleteFunc(env, func(each string) bool {
		name, _, _ := strings.Cut(each, "=")
		return slices.Contains([]string{"SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "DISPLAY", "WAYLAND_DISPLAY"}, name)
	})
}

// run calls virsh with a verb about the domain. What it says of an error it has
// from libvirt; one that was killed, or that lost its connection, may have done it.
func (d *libvirt) run(ctx context.Context, verb string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, libvirtWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, d.virsh, "--quiet", "--connect", d.at.URL, verb, "--domain", d.at.Machine)
	cmd.Env = append(lasting(os.Environ()), "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // nobody is asked anything: it has neither input nor terminal
	cmd.WaitDelay = time.Second
	var out, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &wrong
	err := cmd.Run()
	if err == nil {
		return out.String(), nil
	}
	var exited *exec.ExitError
	text := strings.Join(strings.Fields(wrong.String()), " ")
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("%w: virsh %s has not ended: %w", ErrUnknown, verb, context.Cause(ctx))
	case !errors.As(err, &exited):
		return "", err // it was not started
	case strings.Contains(text, "failed to connect to the hypervisor") || strings.Contains(text, "failed to get domain"):
		return "", short(fmt.Errorf("virsh %s: %s", verb, text))
	}
	return "", fmt.Errorf("%w: %w", ErrUnknown, short(fmt.Errorf("virsh %s: %s", verb, text)))
}

package lab

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"
)

// PowerOff takes a node's power away at once: its first process is killed and
// the kernel ends the rest. Nothing is flushed by the node. It returns when
// the node is off; a node that is off already stays so.
func PowerOff(ctx context.Context, o Options, node string) error {
	o, _, _, err := open(o, node)
	if err != nil {
		return fmt.Errorf("power off %s: %w", node, err)
	}
	p := o.paths()
	pid, err := leader(p, node)
	if err != nil || pid == 0 {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("power off %s: %w", node, err)
	}
	return poll(ctx, node+" to be off", 50*time.Millisecond, func() error {
		pids, err := cgroupProcesses(p.group + "/" + node)
		if err == nil && len(pids) > 0 {
			err = fmt.Errorf("%d processes left", len(pids))
		}
		return err
	})
}

// PowerOn boots a node that is off and waits until its sshd listens. Its disk
// is as it was left. The last node of a cluster that lost all of them brings
// that back as well.
func PowerOn(ctx context.Context, o Options, node string) error {
	o, profile, spec, err := open(o, node)
	if err != nil {
		return fmt.Errorf("power on %s: %w", node, err)
	}
	p := o.paths()
	pid, err := leader(p, node)
	if err != nil || pid != 0 {
		return err
	}
	if err := boot(p, profile, o.Name, spec); err != nil {
		return err
	}
	if err := waitBooted(ctx, p, spec); err != nil {
		return err
	}
	k, err := loadKeys(p, profile)
	if err != nil {
		return err
	}
	return recoverClusters(ctx, o, &renderer{name: o.Name, profile: profile, keys: k})
}

// open finds a node of a lab that is up.
func open(o Options, node string) (Options, *Profile, NodeSpec, error) {
	o, err := o.withDefaults()
	if err != nil {
		return o, nil, NodeSpec{}, err
	}
	s, err := readStamp(o.paths())
	if err != nil {
		return o, nil, NodeSpec{}, err
	}
	profile, err := loadProfile(s.Profile)
	if err != nil {
		return o, nil, NodeSpec{}, err
	}
	i := slices.IndexFunc(profile.Nodes, func(n NodeSpec) bool { return n.Name == node })
	if i < 0 {
		return o, nil, NodeSpec{}, fmt.Errorf("lab %s has no such node; it has %v", o.Name, nodeNames(profile))
	}
	return o, profile, profile.Nodes[i], nil
}

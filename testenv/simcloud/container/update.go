package container

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// update changes the policy, of Docker alone.
func (c client) update(_ context.Context, p *shell.Proc, at *one, line *call) error {
	name, count, _ := strings.Cut(line.flags["restart"], ":")
	retries, err := strconv.Atoi(count)
	if count != "" && (err != nil || name != "on-failure") || !map[string]bool{"no": true, "always": true, "unless-stopped": true, "on-failure": true}[name] {
		return fmt.Errorf("invalid restart policy '%s'", line.flags["restart"])
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	at.policy, at.retries = name, retries
	p.Printf("%s\n", line.names[0])
	return nil
}

// updatePodman is what Podman before 5.1 has: limits, and no policy.
func (c client) updatePodman(p *shell.Proc, args []string) int {
	if slices.Contains(args, "--help") {
		p.Printf("Update an existing container\n\nUsage:\n  podman update [options] CONTAINER\n\nOptions:\n      --cpus float   Number of CPUs. The default is 0.000 which means no limit\n")
		return 0
	}
	name := ""
	if len(args) > 0 {
		name, _, _ = strings.Cut(args[0], "=")
	}
	p.Errorf("Error: unknown flag: %s\nSee 'podman update --help'", name)
	return c.refusal()
}

package collectors

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Ceph asks a cluster for its status, by the ceph command of a monitor's node. Any
// monitor that the command reaches answers for the cluster, as long as there is a quorum,
// so that one node is enough to know it and several tell who still reaches it. The command
// starts a Python, some quarter of a second of a processor a sweep: let it watch every 10s
// or more.
type Ceph struct {
	Service string `yaml:"service" help:"name of the service in the inventory whose nodes, or containers, have the command and a key (default ceph-mon, ceph_mon or ceph)"`
	User    string `yaml:"user" help:"who asks, as ceph -n takes it: one with mon 'allow r' is enough (client.admin, which is who asks when it is left out, can do anything)"`
	Keyring string `yaml:"keyring" help:"path of the user's keyring, on the node or in the container; where ceph looks for it when left out"`
}

// Validate tells what is wrong with the arguments.
func (c *Ceph) Validate() error {
	var wrong []error
	if c.User != "" && !regexp.MustCompile(`^[a-z]+\.[A-Za-z0-9._-]*$`).MatchString(c.User) {
		wrong = append(wrong, fmt.Errorf("user: %q is not TYPE.NAME, e.g. client.eris", c.User))
	}
	if c.Keyring != "" && (!strings.HasPrefix(c.Keyring, "/") || strings.ContainsAny(c.Keyring, "\r\n\x00")) {
		wrong = append(wrong, fmt.Errorf("keyring: %q is not a path from / on", c.Keyring))
	}
	return errors.Join(wrong...)
}

// Signals names what Ceph publishes.
func (*Ceph) Signals() []SignalInfo {
	labels := []string{"node"}
	return []SignalInfo{
		{Name: "ceph.up", Unit: "1", Labels: labels, Help: "1 when a monitor told the cluster's status, 0 when none did: there is no quorum, or no way to one"},
		{Name: "ceph.health", Unit: "1", Labels: labels, Help: "0 for HEALTH_OK, 1 for HEALTH_WARN, 2 for HEALTH_ERR"},
		{Name: "ceph.check", Unit: "1", Labels: []string{"node", "check"}, Help: "1 for a health check that warns, by its name such as OSD_DOWN, 2 for one that is an error, also while it is muted; one that is well again has no reading"},
		{Name: "ceph.mons", Unit: "1", Labels: labels, Help: "monitors of the cluster"},
		{Name: "ceph.mons_in_quorum", Unit: "1", Labels: labels, Help: "those of them in the quorum"},
		{Name: "ceph.osds", Unit: "1", Labels: labels, Help: "OSDs of the cluster"},
		{Name: "ceph.osds_up", Unit: "1", Labels: labels, Help: "those of them that are up"},
		{Name: "ceph.osds_in", Unit: "1", Labels: labels, Help: "those of them on which data is placed"},
		{Name: "ceph.manager", Unit: "1", Labels: labels, Help: "1 while a manager is active, else 0: nobody tells of placement groups, objects and clients then, and their signals are missing"},
		{Name: "ceph.pgs", Unit: "1", Labels: labels, Help: "placement groups"},
		{Name: "ceph.pgs_clean", Unit: "1", Labels: labels, Help: "those of them that are active and clean, also while they are scrubbed"},
		{Name: "ceph.pgs_degraded", Unit: "1", Labels: labels, Help: "those of them that are degraded or undersized: with fewer copies than they are to have"},
		{Name: "ceph.pgs_unavailable", Unit: "1", Labels: labels, Help: "those of them that are not active, or stale or unknown: who reads or writes there waits"},
		{Name: "ceph.objects_degraded", Unit: "1", Labels: labels, Help: "copies of objects that are missing"},
		{Name: "ceph.objects_misplaced", Unit: "1", Labels: labels, Help: "copies of objects that are not where they are to be"},
		{Name: "ceph.read_rate", Unit: "bytes", Labels: labels, Help: "what clients read a second, as the manager has it; 0 also where it says nothing of it"},
		{Name: "ceph.write_rate", Unit: "bytes", Labels: labels, Help: "what clients write a second, the same"},
	}
}

func (c *Ceph) service(services []*inventory.Service) *inventory.Service {
	return sought(services, c.Service, "ceph-mon", "ceph_mon", "ceph")
}

// Expected is one series of a node that has the command; which checks are not well is
// known to the cluster alone.
func (c *Ceph) Expected(signal string, services []*inventory.Service) []map[string]string {
	if signal == "ceph.check" {
		return nil
	}
	return seriesOf(c.service(services))
}

// Slowest is how long the monitors may keep their answer back.
func (c *Ceph) Slowest(services []*inventory.Service) time.Duration {
	if c.service(services) == nil {
		return 0
	}
	return insideSlowest
}

// Script prints the status, which is one line. The command gives up when it has found
// no quorum for three seconds.
func (c *Ceph) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	service := c.service(services)
	if service == nil {
		return nothing(every)
	}
	options := ""
	if c.User != "" {
		options += " -n " + inventory.Quote(c.User)
	}
	if c.Keyring != "" {
		options += " --keyring " + inventory.Quote(c.Keyring)
	}
	setup, look := inside("there", service)
	return Loop(engines+setup, look+fmt.Sprintf(`
told=$($there %s ceph --connect-timeout 3%s status --format json 2>&1 </dev/null)
code=$?`, bounded, options)+classified("ceph", `line="up $(printf '%s\n' "$told" | grep '^{' | tail -n 1)"`, `*"timed out" |`), every)
}

// Parse reads a line of Script.
func (*Ceph) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, _, err := reply("ceph", line)
	switch {
	case err != nil || state == replyNone:
		return nil, err
	case state == replyDown:
		return []record.Reading{{Signal: "ceph.up"}}, nil
	}
	_, text, _ := strings.Cut(line, " ")
	readings, err := cephReadings(text)
	if err != nil {
		return nil, fmt.Errorf("parse ceph: %w", err)
	}
	return readings, nil
}

package collectors

import (
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// OVN asks the parts of OVN that a node runs, over their control sockets: the members of
// the Northbound and Southbound databases for their place in their Raft clusters, ovn-northd
// whether it is the active one, ovn-controller whether it has the Southbound. All at once,
// and nothing of a database is copied for it. A sweep starts some ten small programs on a
// node with all parts, 20 to 30 ms of a processor, and for each part in a container its
// engine's client besides: let it watch every 2s or more.
//
// What they answer: https://docs.openvswitch.org/en/latest/ref/ovsdb.7/#understanding-cluster-consistency
// and the manual pages ovsdb-server(1), ovn-northd(8), ovn-controller(8)
type OVN struct {
	Northbound string `yaml:"northbound" help:"name of the Northbound database's service in the inventory (default ovn-nb, ovn-nb-db, ovn_nb_db, ovn-ovsdb-server-nb or ovn-central)"`
	Southbound string `yaml:"southbound" help:"name of the Southbound database's (default ovn-sb, ovn-sb-db, ovn_sb_db, ovn-ovsdb-server-sb or ovn-central)"`
	Northd     string `yaml:"northd" help:"name of ovn-northd's (default ovn-northd, ovn_northd or ovn-central)"`
	Controller string `yaml:"controller" help:"name of ovn-controller's (default ovn-controller, ovn_controller or ovn-host)"`
	Folder     string `yaml:"folder" help:"folder of the control sockets, on the node or in the containers"`
	Switch     string `yaml:"switch" help:"socket of Open vSwitch's database, where ovn-controller runs"`
}

// NewOVN returns the defaults.
func NewOVN() *OVN { return &OVN{Folder: "/run/ovn", Switch: "/run/openvswitch/db.sock"} }

// Validate refuses what is no path.
func (o *OVN) Validate() error {
	for key, path := range map[string]string{"folder": o.Folder, "switch": o.Switch} {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\r\n\x00") {
			return fmt.Errorf("%s: %q is not a path from / on", key, path)
		}
	}
	return nil
}

// The parts of OVN, which are the values of the label database, too.
const (
	northbound = "northbound"
	southbound = "southbound"
	northd     = "northd"
	controller = "controller"
)

// Signals names what OVN publishes.
func (*OVN) Signals() []SignalInfo {
	node, database := []string{"node"}, []string{"node", "database"}
	return []SignalInfo{
		{Name: "ovn.db_up", Unit: "1", Labels: database, Help: "1 when the database's server told its state, 0 when it did not answer"},
		{Name: "ovn.member", Unit: "1", Labels: database, Help: "1 while it is a member of a cluster that it has a majority of, else 0, also when it does not answer; missing where it is not clustered, as all from here on"},
		{Name: "ovn.leader", Unit: "1", Labels: database, Help: "1 while it leads by its own word, else 0, also when it does not answer"},
		{Name: "ovn.candidate", Unit: "1", Labels: database, Help: "1 while it stands for election, else 0"},
		{Name: "ovn.leader_known", Unit: "1", Labels: database, Help: "1 while it knows a leader, itself or another, else 0"},
		{Name: "ovn.term", Unit: "1", Labels: database, Kind: Counter, Help: "its Raft term: each election counts up"},
		{Name: "ovn.members", Unit: "1", Labels: database, Help: "members of the cluster as this one knows it"},
		{Name: "ovn.connected", Unit: "1", Labels: database, Help: "those of them that it has a connection with, itself among them"},
		{Name: "ovn.uncommitted", Unit: "1", Labels: database, Help: "entries of its log that no majority has yet"},
		{Name: "ovn.unapplied", Unit: "1", Labels: database, Help: "entries of its log that it has yet to apply"},
		{Name: "ovn.northd_behind", Unit: "1", Labels: node, Help: "how many changes that were counted in the Northbound are not yet in the Southbound, as this member has it (nb_cfg less sb_cfg)"},
		{Name: "ovn.chassis_behind", Unit: "1", Labels: node, Help: "how many the slowest chassis has yet to bring about (nb_cfg less hv_cfg); Neutron has them counted"},
		{Name: "ovn.northd_up", Unit: "1", Labels: node, Help: "1 when ovn-northd told its state, 0 when it did not answer"},
		{Name: "ovn.northd_active", Unit: "1", Labels: node, Help: "1 while it is the active one, 0 while it stands by, is paused or does not answer"},
		{Name: "ovn.northd_connected", Unit: "1", Labels: database, Help: "1 while it has a connection to that database, else 0, also when it does not answer"},
		{Name: "ovn.controller_up", Unit: "1", Labels: node, Help: "1 when ovn-controller told its state, 0 when it did not answer"},
		{Name: "ovn.controller_connected", Unit: "1", Labels: node, Help: "1 while ovn-controller has a connection to the Southbound, else 0, also when it does not answer"},
		{Name: "ovn.controller_cfg", Unit: "1", Labels: node, Kind: Counter, Help: "the last counted change that the chassis has brought about (ovn-nb-cfg of its integration bridge); missing before the first"},
		{Name: "ovn.controller_age", Unit: "s", Labels: node, Help: "time since it did, by the node's own clock to a second; it grows also while nothing is counted"},
	}
}

// parts are those that a node runs, by their names.
func (o *OVN) parts(services []*inventory.Service) map[string]*inventory.Service {
	parts := map[string]*inventory.Service{
		northbound: sought(services, o.Northbound, "ovn-nb", "ovn-nb-db", "ovn_nb_db", "ovn-ovsdb-server-nb", "ovn-central"),
		southbound: sought(services, o.Southbound, "ovn-sb", "ovn-sb-db", "ovn_sb_db", "ovn-ovsdb-server-sb", "ovn-central"),
		northd:     sought(services, o.Northd, "ovn-northd", "ovn_northd", "ovn-central"),
		controller: sought(services, o.Controller, "ovn-controller", "ovn_controller", "ovn-host"),
	}
	for name, service := range parts {
		if service == nil {
			delete(parts, name)
		}
	}
	return parts
}

// Expected are the series that a part tells in whatever state it is. Databases need not be
// clustered, and on a chassis nothing may have been counted yet.
func (o *OVN) Expected(signal string, services []*inventory.Service) []map[string]string {
	parts := o.parts(services)
	switch signal {
	case "ovn.db_up":
		var series []map[string]string
		for _, name := range []string{northbound, southbound} {
			if parts[name] != nil {
				series = append(series, map[string]string{"database": name})
			}
		}
		return series
	case "ovn.northd_connected":
		if parts[northd] != nil {
			return named("database", []string{northbound, southbound})
		}
	case "ovn.northd_up", "ovn.northd_active":
		return seriesOf(parts[northd])
	case "ovn.controller_up", "ovn.controller_connected":
		return seriesOf(parts[controller])
	}
	return nil
}

// Slowest is how long a part may keep its answer back: all are asked at once.
func (o *OVN) Slowest(services []*inventory.Service) time.Duration {
	if len(o.parts(services)) == 0 {
		return 0
	}
	return insideSlowest
}

// The characters between the parts of a line and between the lines of a part.
const (
	partSeparator = "\x1d"
	lineSeparator = execSeparator
)

// Script prints after up for each part its name, the status that asking it ended with,
// and what it said. That there is no socket where the service runs is said to be why
// nothing can be read: it is asked in the wrong place.
func (o *OVN) Script(node *inventory.Node, services []*inventory.Service, every time.Duration) string {
	parts := o.parts(services)
	if len(parts) == 0 {
		return nothing(every)
	}
	setup, looks, asks := engines, "", ""
	for _, name := range []string{northbound, southbound, northd, controller} {
		service := parts[name]
		if service == nil {
			continue
		}
		once, look := inside(name, service)
		bare := &inventory.Service{Name: service.Name, Runtime: service.Runtime}
		setup, looks = setup+once, looks+look
		asks += fmt.Sprintf(`{
told=$($%[1]s %[2]s sh -c %[3]s 2>&1 </dev/null)
code=$?
case $code.$told in
*"No such file"*) if (
%[4]s) >/dev/null 2>&1; then code=runs; fi ;;
esac
printf '%%s\n' "%[1]s $code $told" | tr '\n' '\036'
echo
} &
`, name, bounded, inventory.Quote(o.asks()[name]), inventory.ProbeScript(node, bare))
	}
	return Loop(setup, looks+`
line="up $({
`+asks+`wait
} | tr '\n' '\035')"`, every)
}

// asks are the scripts that ask the parts, where they run.
func (o *OVN) asks() map[string]string {
	folder := fmt.Sprintf("cd %[1]s 2>/dev/null || {\necho %[1]s: No such file or directory\nexit 1\n}\n", inventory.Quote(o.Folder))
	status := folder + "ovs-appctl -t \"$PWD/ovn%[1]s_db.ctl\" cluster/status OVN_%[2]s\ncode=$?\n"
	query := "ovsdb-client --no-leader-only query %s %s\n"
	return map[string]string{
		northbound: fmt.Sprintf(status, "nb", "Northbound") +
			fmt.Sprintf(query, `"unix:$PWD/ovnnb_db.sock"`, `'["OVN_Northbound",{"op":"select","table":"NB_Global","where":[],"columns":["nb_cfg","sb_cfg","hv_cfg"]}]'`) + "exit $code",
		southbound: fmt.Sprintf(status, "sb", "Southbound") + "exit $code",
		northd: folder + `read -r pid <ovn-northd.pid || exit 1
ovs-appctl -t "$PWD/ovn-northd.$pid.ctl" status || exit
echo "northbound: $(ovs-appctl -t "$PWD/ovn-northd.$pid.ctl" nb-connection-status)"
echo "southbound: $(ovs-appctl -t "$PWD/ovn-northd.$pid.ctl" sb-connection-status)"`,
		controller: folder + `read -r pid <ovn-controller.pid || exit 1
ovs-appctl -t "$PWD/ovn-controller.$pid.ctl" connection-status || exit
echo "now: $(date +%s)"
` + fmt.Sprintf(query, inventory.Quote("unix:"+o.Switch), `'["Open_vSwitch",{"op":"select","table":"Bridge","where":[],"columns":["external_ids"]}]'`) + "exit 0",
	}
}

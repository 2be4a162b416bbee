package nova

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/rules"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/ssh"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootAndRunCommand boots a server, gives it a floating IP, waits until it lets somebody
// in by SSH, runs a command there, and deletes both, as Rally's
// VMTasks.boot_runcommand_delete does. Key pair and security group are made once, before
// the load starts.
//
// The wait is the only step that tries again: nobody can know when a server has come up.
// A command that ends with another code than 0, or does not say what it has to, is a
// wrong result, and so is another host key than that of the wait.
type BootAndRunCommand struct {
	Booting   `yaml:",inline"`
	User      string        `yaml:"user" required:"true" help:"who logs in, such as debian: the user of the image to whom its key is given"`
	Command   string        `yaml:"command" help:"what is run there; it has to exit with 0"`
	Output    string        `yaml:"output" help:"what the command's output has to contain; empty: anything"`
	Port      int           `yaml:"port" help:"where SSH listens"`
	Floating  bool          `yaml:"use_floating_ip" help:"come to it by a floating IP; false: by its own address, where that can be reached from here"`
	External  string        `yaml:"external_network" help:"name or id, or /PATTERN/ of the name, of the network that gives floating IPs; the first external one if left out"`
	Group     string        `yaml:"security_group" help:"name or id of one that admits SSH; one is made that opens the port to all if left out"`
	SSHWithin time.Duration `yaml:"ssh_within" help:"how long is waited until it lets somebody in, 1s to 1h"`
	RunWithin time.Duration `yaml:"command_within" help:"how long the command may take, with the login, 1s to 1h"`
}

// NewBootAndRunCommand has the defaults.
func NewBootAndRunCommand() *BootAndRunCommand {
	return &BootAndRunCommand{Booting: newBooting(), Command: "true", Port: 22, Floating: true, SSHWithin: 5 * time.Minute, RunWithin: time.Minute}
}

// Validate says what is wrong with the arguments.
func (w *BootAndRunCommand) Validate() error {
	errs := []error{w.Booting.Validate(), openstack.CheckChoice("external_network", w.External)}
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	add(w.User == "", "user: must not be empty")
	add(w.Command == "", "command: must not be empty")
	add(w.Port < 1 || w.Port > 65535, "port: %d is not between 1 and 65535", w.Port)
	add(!w.Floating && w.External != "", "external_network: there is no floating IP")
	add(w.SSHWithin < time.Second || w.SSHWithin > time.Hour, "ssh_within: %s is not from 1s to 1h", w.SSHWithin)
	add(w.RunWithin < time.Second || w.RunWithin > time.Hour, "command_within: %s is not from 1s to 1h", w.RunWithin)
	return errors.Join(errs...)
}

// commanded is what the iterations of a session need to run commands on servers.
type commanded struct {
	*booting
	of       *BootAndRunCommand
	env      loadgen.Env
	neutron  *gophercloud.ServiceClient
	floating *openstack.Kind
	outside  string // the network that gives floating IPs; empty where none is wanted
	key      *ssh.Key
	group    string // of the security group
}

// Open gets a token, finds what a server is made of and the external network, and makes
// the key pair and the security group.
func (w *BootAndRunCommand) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("boot and run command: %w", err)
	}
	booting, err := w.begin(ctx, env)
	if err != nil {
		return nil, err
	}
	s := &commanded{booting: booting, of: w, env: env, group: w.Group}
	if err := s.find(ctx); err != nil {
		s.making.Client.Close()
		return nil, err
	}
	pair, group := openstack.Keypairs(s.nova), openstack.SecurityGroups(s.neutron, s.making.Client.Project())
	s.making.Kinds = []*openstack.Kind{s.floating, s.server, group, pair}
	s.making.Subject = s.server
	s.making.Prepare = func(ctx context.Context, i *openstack.Iteration) {
		s.pair = i.MakeKeypair(ctx, s.nova, pair, s.key.Public()).ID
		if s.group == "" {
			s.group = s.admit(ctx, i, group)
		}
	}
	s.making.Steps = s.steps
	return s.making.Start(ctx, env)
}

// find finds Neutron and the external network, and sees whether there is room.
func (s *commanded) find(ctx context.Context) (err error) {
	if s.key, err = ssh.NewKey(); err != nil {
		return err
	}
	if s.neutron, err = s.making.Client.Find(ctx, "network", services.NewNetworkV2); err != nil {
		return err
	}
	project := s.making.Client.Project()
	s.floating = openstack.FloatingIPs(s.neutron, project)
	one, shared := map[string]int{}, map[string]int{}
	if s.of.Floating {
		one["floatingip"] = 1
		if s.outside, err = openstack.OuterNetwork(ctx, s.neutron, s.of.External); err != nil {
			return err
		}
	}
	if s.of.Group == "" {
		shared["security_group"], shared["security_group_rule"] = 1, 3 // two are there from its start
	}
	if err := openstack.NetworkRoom(ctx, s.env, s.neutron, project, s.of.Takes("network", one, shared)); err != nil {
		return err
	}
	return openstack.KeypairRoom(ctx, s.env, s.nova, 1)
}

// admit makes a security group that opens the port of SSH.
func (s *commanded) admit(ctx context.Context, i *openstack.Iteration, kind *openstack.Kind) string {
	group := i.Make(ctx, "neutron.create_security_group", kind, func(name string) gophercloud.Result {
		return groups.Create(ctx, s.neutron, groups.CreateOpts{Name: name, Description: "made by eris " + i.Run}).Result
	})
	i.Do("neutron.create_security_group_rule", func() loadgen.Outcome {
		return openstack.Ended(rules.Create(ctx, s.neutron, rules.CreateOpts{
			Direction: rules.DirIngress, EtherType: rules.EtherType4, SecGroupID: group.ID, Protocol: rules.ProtocolTCP,
			PortRangeMin: s.of.Port, PortRangeMax: s.of.Port,
		}).Result)
	})
	return group.ID
}

// steps are those of one iteration.
func (s *commanded) steps(ctx context.Context, i *openstack.Iteration) {
	server := s.boot(ctx, i, func(ask *servers.CreateOpts) { ask.SecurityGroups = []string{s.group} })
	var port, address string
	i.Do("neutron.list_ports", func() (o loadgen.Outcome) {
		port, address, o = s.port(ctx, server)
		return o
	})
	var floating openstack.Made
	if s.of.Floating {
		floating, address = i.MakeFloatingIP(ctx, s.neutron, s.floating, s.outside)
		i.Do("neutron.associate_floating_ip", func() loadgen.Outcome {
			if _, err := netip.ParseAddr(address); err != nil { // an empty one would be this machine
				return openstack.Wrong(errors.New("create floating IP: the answer has no address"), nil)
			}
			return floating.Associate(ctx, s.neutron, port)
		})
	}
	at := &ssh.Instance{Address: net.JoinHostPort(address, strconv.Itoa(s.of.Port)), User: s.of.User, Key: s.key}
	i.Do("vm.wait_for_ssh", func() loadgen.Outcome { return at.Await(ctx, s.env, s.of.SSHWithin, s.of.Poll) })
	i.Do("vm.run_command_over_ssh", func() loadgen.Outcome {
		said, o := at.Run(ctx, s.env, s.of.Command, s.of.RunWithin)
		if o.Class == record.OK && !strings.Contains(said, s.of.Output) {
			return loadgen.Outcome{Class: record.WrongResult, Err: fmt.Errorf("run command: its output has no %q", s.of.Output)}
		}
		return o
	})
	if s.of.Floating {
		i.Remove(ctx, "neutron.delete_floating_ip", floating)
	}
	i.Remove(ctx, "nova.delete_server", server)
}

// port is the first port of a server that has an address of IPv4, by their ids, and that
// address.
func (s *commanded) port(ctx context.Context, server openstack.Made) (id, address string, o loadgen.Outcome) {
	var said struct {
		Ports []ports.Port `json:"ports"`
	}
	query := "?" + url.Values{"device_id": {server.ID}}.Encode()
	answer := openstack.Call(ctx, s.neutron, http.MethodGet, s.neutron.ServiceURL("ports")+query, nil, &said, http.StatusOK)
	if o = openstack.Ended(answer); o.Class != record.OK {
		return "", "", o
	}
	slices.SortFunc(said.Ports, func(a, b ports.Port) int { return cmp.Compare(a.ID, b.ID) })
	for _, each := range said.Ports {
		for _, ip := range each.FixedIPs {
			if parsed, err := netip.ParseAddr(ip.IPAddress); err == nil && parsed.Is4() && each.DeviceID == server.ID {
				return each.ID, ip.IPAddress, o
			}
		}
	}
	return "", "", openstack.Wrong(errors.New("list ports: the server has none with an address of IPv4"), answer.Header)
}

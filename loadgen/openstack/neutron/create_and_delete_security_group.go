package neutron

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/rules"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteSecurityGroup makes a security group with rules, each of which
// opens a TCP port, and deletes it with them, as Rally's
// NeutronSecurityGroup.create_and_delete_security_groups does with the rules of
// its create_and_delete_security_group_rule.
type CreateAndDeleteSecurityGroup struct {
	member `yaml:",inline"`
	Rules  int `yaml:"rules" help:"rules in each group beside the two that Neutron makes, 0 to 50"`
}

// NewCreateAndDeleteSecurityGroup has the defaults.
func NewCreateAndDeleteSecurityGroup() *CreateAndDeleteSecurityGroup {
	return &CreateAndDeleteSecurityGroup{Rules: 3}
}

// Validate says what is wrong with the arguments.
func (w *CreateAndDeleteSecurityGroup) Validate() error {
	return errors.Join(limited("rules", w.Rules, 0, 50), w.member.Validate())
}

// Open gets a token and finds Neutron in the catalogue.
func (w *CreateAndDeleteSecurityGroup) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("create and delete security group: %w", err)
	}
	return w.begin(ctx, env, map[string]int{"security_group": 1, "security_group_rule": w.Rules + own}, func(ctx context.Context, s *service, i *openstack.Iteration) {
		group := i.Make(ctx, "neutron.create_security_group", s.group, func(name string) gophercloud.Result {
			return groups.Create(ctx, s.neutron, groups.CreateOpts{Name: name, Description: "made by eris " + i.Run}).Result
		})
		for n := range w.Rules {
			i.Do("neutron.create_security_group_rule", func() loadgen.Outcome { return s.allow(ctx, group, firstPort+n) })
		}
		i.Remove(ctx, "neutron.delete_security_group", group)
	})
}

const (
	own       = 2    // rules that each group has from the start: all that goes out, IPv4 and IPv6
	firstPort = 8000 // that is opened
)

// allow makes a rule that opens a port.
func (s *service) allow(ctx context.Context, group openstack.Made, port int) loadgen.Outcome {
	return openstack.Ended(rules.Create(ctx, s.neutron, rules.CreateOpts{
		Direction: rules.DirIngress, EtherType: rules.EtherType4, SecGroupID: group.ID, Protocol: rules.ProtocolTCP,
		PortRangeMin: port, PortRangeMax: port,
	}).Result)
}

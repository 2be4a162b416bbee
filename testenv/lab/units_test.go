package lab

import (
	"path"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// writtenTo are the files that units write what they have to say to, seen open
// or in /var/log on nodes of the profiles openstack and healing on 27 November
// 2026; without one, a unit speaks to the journal alone.
func writtenTo() map[string][]string {
	return map[string][]string{
		"aodh-api.service":                      {"/var/log/aodh/aodh-api.log", "/var/log/aodh/app.wsgi.log"},
		"aodh-evaluator.service":                {"/var/log/aodh/aodh-evaluator.log"},
		"aodh-listener.service":                 {"/var/log/aodh/aodh-listener.log"},
		"aodh-notifier.service":                 {"/var/log/aodh/aodh-notifier.log"},
		"ceilometer-agent-notification.service": {"/var/log/ceilometer/ceilometer-agent-notification.log"},
		"cinder-api.service":                    {"/var/log/cinder/cinder-api.log", "/var/log/cinder/cinder-wsgi.log"},
		"cinder-scheduler.service":              {"/var/log/cinder/cinder-scheduler.log"},
		"cinder-volume.service":                 {"/var/log/cinder/cinder-volume.log"},
		"corosync.service":                      {},
		"docker.service":                        {},
		"eris-guest@*.service":                  {},
		"eris-lab-privsep.service":              {"/var/log/neutron/privsep-server.log"},
		"glance-api.service":                    {"/var/log/glance/glance-api.log"},
		"haproxy.service":                       {},
		"heat-api.service":                      {"/var/log/heat/heat-api.log", "/var/log/heat/heat-wsgi-api.log"},
		"heat-engine.service":                   {"/var/log/heat/heat-engine.log"},
		"horizon.service":                       {"/var/lib/horizon/horizon.log"},
		"keepalived.service":                    {},
		"keystone.service":                      {"/var/log/keystone/keystone.log", "/var/log/keystone/keystone-wsgi-public.log"},
		"kolla-kept-container.service":          {},
		"mariadb.service":                       {},
		"masakari-api.service":                  {"/var/log/masakari/masakari-api.log", "/var/log/masakari/masakari-wsgi.log"},
		"masakari-engine.service":               {"/var/log/masakari/masakari-engine.log"},
		"masakari-host-monitor.service":         {"/var/log/masakari/masakari-host-monitor.log", "/var/log/masakari/privsep-helper.log"},
		"masakari-process-monitor.service":      {"/var/log/masakari/masakari-process-monitor.log", "/var/log/masakari/privsep-helper.log"},
		"memcached.service":                     {},
		"mistral-api.service":                   {"/var/log/mistral/mistral-api.log"},
		"mistral-engine.service":                {"/var/log/mistral/mistral-engine.log"},
		"neutron-api.service":                   {"/var/log/neutron/neutron-api.log"},
		"neutron-dhcp-agent.service":            {"/var/log/neutron/neutron-dhcp-agent.log"},
		"neutron-l3-agent.service": {
			"/var/log/neutron/neutron-l3-agent.log",
			"/var/lib/neutron/ha_confs/c63bba95-4137-498d-80f5-6ca75086e2cb/neutron-keepalived-state-change.log",
		},
		"neutron-linuxbridge-agent.service": {"/var/log/neutron/neutron-linuxbridge-agent.log"},
		"neutron-metadata-agent.service":    {"/var/log/neutron/neutron-metadata-agent.log"},
		"neutron-rpc-server.service":        {"/var/log/neutron/neutron-rpc-server.log"},
		"nginx.service":                     {},
		"nova-api-metadata.service":         {"/var/log/nova/nova-api-metadata.log", "/var/log/nova/nova-metadata-wsgi.log"},
		"nova-api.service":                  {"/var/log/nova/nova-api.log", "/var/log/nova/nova-api-wsgi.log"},
		"nova-compute.service":              {"/var/log/nova/nova-compute.log"},
		"nova-conductor.service":            {"/var/log/nova/nova-conductor.log"},
		"nova-scheduler.service":            {"/var/log/nova/nova-scheduler.log"},
		"octavia-api.service":               {"/var/log/octavia/octavia-api.log", "/var/log/octavia/octavia-wsgi.log"},
		"octavia-health-manager.service":    {"/var/log/octavia/octavia-health-manager.log"},
		"octavia-worker.service":            {"/var/log/octavia/octavia-worker.log"},
		"pacemaker.service":                 {"/var/log/pacemaker/pacemaker.log"},
		"placement-api.service":             {"/var/log/placement/placement-api.log"},
		"prometheus-alertmanager.service":   {},
		"prometheus-node-exporter.service":  {},
		"prometheus.service":                {},
		"rabbitmq-server.service": {
			"/var/log/rabbitmq/rabbit@ctl-1.log", "/var/log/rabbitmq/rabbitmq-server.error.log", "/var/log/rabbitmq/rabbitmq-server.log",
		},
		"rsync.service":                 {},
		"senlin-api.service":            {"/var/log/senlin/senlin-api.log"},
		"senlin-conductor.service":      {"/var/log/senlin/senlin-conductor.log"},
		"senlin-engine.service":         {"/var/log/senlin/senlin-engine.log"},
		"senlin-health-manager.service": {"/var/log/senlin/senlin-health-manager.log"},
		"ssh.service":                   {},
		"swift-account.service":         {},
		"swift-container.service":       {},
		"swift-object.service":          {},
		"swift-proxy.service":           {},
		"swift-replication.service":     {},
		"vitrage-api.service":           {"/var/log/vitrage/vitrage-api.log", "/var/log/vitrage/app.wsgi.log"},
		"vitrage-graph.service":         {"/var/log/vitrage/vitrage-graph.log"},
		"vitrage-notifier.service":      {"/var/log/vitrage/vitrage-notifier.log"},
		"vitrage-persistor.service":     {"/var/log/vitrage/vitrage-persistor.log"},
		"webhook.service":               {},
	}
}

// everyProfile is each built-in profile by name.
func everyProfile(t *testing.T) map[string]*Profile {
	t.Helper()
	all := map[string]*Profile{}
	for _, name := range Profiles() {
		var err error
		all[name], err = loadProfile(name)
		require.NoError(t, err)
	}
	return all
}

func TestEveryUnitsLogsAreShownWhereverItWritesThem(t *testing.T) {
	files := writtenTo()
	for name, p := range everyProfile(t) {
		for part, role := range p.parts {
			for _, unit := range role.units() {
				written, known := files[unit]
				require.True(t, known, "profile %s, role %s: nobody has said what %s writes to", name, part, unit)
				globs := p.logsOf([]string{unit})
				for _, file := range written {
					match := func(glob string) bool { is, err := path.Match(glob, file); return err == nil && is }
					require.True(t, slices.ContainsFunc(globs, match), "role %s: %s writes to %s, and %v are shown", part, unit, file, globs)
				}
			}
		}
	}
}

// A role whose failure would be shown by the noise of the whole node, or by
// nothing, would be of no help.
func TestEveryRoleThatMayFailHasUnitsThatTellWhy(t *testing.T) {
	for name, p := range everyProfile(t) {
		for part, role := range p.parts {
			if len(role.Setup)+len(role.Services)+len(role.Facts)+len(role.Checks)+len(role.Balance) > 0 || role.Recover != nil {
				require.NotEmpty(t, p.unitsOf(part), "%s of profile %s", part, name)
			}
			for service := range role.Services {
				of, units := p.unitsOfService(service)
				require.Equal(t, part, of)
				require.NotEmpty(t, units, service)
			}
		}
	}
}

func TestTheUnitsOfARole(t *testing.T) {
	openstack, err := loadProfile("openstack")
	require.NoError(t, err)
	healing, err := loadProfile("healing")
	require.NoError(t, err)
	runtimes, err := loadProfile("runtimes")
	require.NoError(t, err)
	for _, c := range []struct {
		profile *Profile
		part    string
		units   []string
	}{
		{openstack, "mariadb", []string{"mariadb.service"}}, // started by the role galera
		{openstack, "nova-control", []string{"nova-conductor.service", "nova-scheduler.service"}},
		{openstack, "guest", []string{"eris-guest@*.service"}},
		{openstack, "openstack", []string{"keystone.service", "mariadb.service"}}, // asks those
		{openstack, "samples", []string{"glance-api.service", "keystone.service", "mariadb.service", "nova-api-metadata.service", "nova-api.service"}},
		{healing, "vitrage-graph", []string{"pacemaker.service", "vitrage-graph.service"}},
		{runtimes, "container", []string{"docker.service", "kolla-kept-container.service"}},
		{runtimes, "clone", []string{"nginx.service", "pacemaker.service"}},
		{openstack, "none", nil},
	} {
		require.Equal(t, c.units, c.profile.unitsOf(c.part), c.part)
	}
}

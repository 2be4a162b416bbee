package tested

import (
	"slices"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

// family is whose packages and configuration belong to a service.
type family struct {
	name     string
	packages []string // patterns of dpkg-query and rpm
	config   []string // files and folders
}

// families are those that no name of a unit tells.
func families() map[string]family {
	mysql := family{"mariadb", []string{"mariadb-server*", "galera-*", "mysql-server*", "percona-xtradb-cluster*"}, []string{"/etc/mysql", "/etc/my.cnf", "/etc/my.cnf.d"}}
	apache := family{"apache", []string{"apache2", "httpd"}, []string{"/etc/apache2", "/etc/httpd"}}
	libvirt := family{"libvirt", []string{"libvirt-daemon*"}, []string{"/etc/libvirt"}}
	ovs := family{"openvswitch", []string{"openvswitch*"}, []string{"/etc/openvswitch"}}
	return map[string]family{
		"mariadb": mysql, "mysql": mysql, "mysqld": mysql, "galera": mysql,
		"apache": apache, "apache2": apache, "httpd": apache,
		"libvirt": libvirt, "libvirtd": libvirt, "virtqemud": libvirt,
		"openvswitch": ovs, "ovs": ovs,
		"rabbitmq":   {"rabbitmq", []string{"rabbitmq-server", "erlang-base", "erlang"}, []string{"/etc/rabbitmq"}},
		"memcached":  {"memcached", []string{"memcached"}, []string{"/etc/memcached.conf", "/etc/sysconfig/memcached"}},
		"horizon":    {"horizon", []string{"openstack-dashboard*", "python3-django-horizon"}, []string{"/etc/openstack-dashboard"}},
		"pacemaker":  {"pacemaker", []string{"pacemaker*", "corosync*"}, []string{"/etc/corosync"}},
		"ceph":       {"ceph", []string{"ceph*"}, []string{"/etc/ceph"}},
		"radosgw":    {"ceph", []string{"ceph*", "radosgw"}, []string{"/etc/ceph"}},
		"placement":  {"placement", []string{"placement-*", "openstack-placement*"}, []string{"/etc/placement"}},
		"designate":  {"designate", []string{"designate-*", "openstack-designate*"}, []string{"/etc/designate"}},
		"prometheus": {"prometheus", []string{"prometheus"}, []string{"/etc/prometheus"}},
		"nginx":      {"nginx", []string{"nginx"}, []string{"/etc/nginx"}},
		"keepalived": {"keepalived", []string{"keepalived"}, []string{"/etc/keepalived"}},
		"haproxy":    {"haproxy", []string{"haproxy"}, []string{"/etc/haproxy"}},
		"uwsgi":      {"uwsgi", []string{"uwsgi-core"}, []string{"/etc/uwsgi"}},
		"ovn":        {"ovn", []string{"ovn-*"}, []string{"/etc/ovn"}},
		"valkey":     {"valkey", []string{"valkey*"}, []string{"/etc/valkey"}},
		"redis":      {"redis", []string{"redis*"}, []string{"/etc/redis"}},
		"swift":      {"swift", []string{"swift*", "openstack-swift*"}, []string{"/etc/swift"}},
		"docker":     {"docker", []string{"docker.io", "docker-ce"}, []string{"/etc/docker"}},
		"podman":     {"podman", []string{"podman"}, []string{"/etc/containers"}},
		"chrony":     {"chrony", []string{"chrony"}, []string{"/etc/chrony"}},
		"iscsid":     {"open-iscsi", []string{"open-iscsi", "iscsi-initiator-utils"}, []string{"/etc/iscsi"}},
	}
}

// beside are packages that what OpenStack does rests on, on whatever node they are.
func beside() []string {
	return []string{"qemu-system-x86", "qemu-kvm", "libvirt-daemon", "openvswitch-switch", "ovn-common", "ceph-common", "uwsgi-core", "python3", "python3-oslo.messaging", "systemd"}
}

// familyOf is the one of a service: that of the first word of its unit or its
// container, which is how packages, units and folders of OpenStack are named.
func familyOf(s *inventory.Service) family {
	name := s.Runtime.Name
	if s.Runtime.Kind == inventory.Pacemaker || name == "" {
		name = s.Name
	}
	word := strings.ToLower(name)
	if end := strings.IndexFunc(word, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }); end > 0 {
		word = word[:end]
	}
	f, known := families()[word]
	if !known {
		f = family{word, []string{word, word + "-*", "openstack-" + word + "*"}, []string{"/etc/" + word, "/etc/" + word + ".conf"}}
	}
	f.config = slices.Clone(f.config)
	switch s.Runtime.Kind {
	case inventory.Unit:
		f.config = append(f.config, "/etc/systemd/system/"+s.Runtime.Name+".d", "/etc/default/"+strings.TrimSuffix(s.Runtime.Name, ".service"))
	case inventory.Container:
		f.config = append(f.config, "/etc/kolla/"+strings.ReplaceAll(s.Runtime.Name, "_", "-"))
	case inventory.Process, inventory.Pacemaker, inventory.Pod:
	}
	return f
}

// together are the families of services, each once, by their names.
func together(services []*inventory.Service) []family {
	var all []family
	for _, s := range services {
		f := familyOf(s)
		at := slices.IndexFunc(all, func(other family) bool { return other.name == f.name })
		if at < 0 {
			all = append(all, f)
			continue
		}
		for _, path := range f.config {
			if !slices.Contains(all[at].config, path) {
				all[at].config = append(all[at].config, path)
			}
		}
	}
	slices.SortFunc(all, func(a, b family) int { return strings.Compare(a.name, b.name) })
	return all
}

package tested

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

// secrets is the program of sed that leaves of a configuration what is no secret and
// says something: no comment, no empty line, nothing behind a word that names a
// secret, and no user and password of a URL.
const secrets = `-e 's/^[[:space:]]+//' -e '/^([#;]|$)/d' ` +
	`-e 's/([Pp][Aa][Ss][Ss]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Tt][Oo][Kk][Ee][Nn]|[Kk][Ee][Yy]|[Cc][Rr][Ee][Dd]|[Aa][Uu][Tt][Hh][=: "]|[Cc][Oo][Oo][Kk][Ii][Ee]).*/\1/' ` +
	`-e 's,//[^/@ ]*@,//,g'`

// options are those whose values are facts of their own: which drivers and backends
// there are decides more than all else.
//
// Source: https://docs.openstack.org/nova/latest/configuration/config.html and those of
// the other services
func options() []string {
	return []string{
		"cluster_partition_handling", "compute_driver", "core_plugin", "default_queue_type", "enabled_backends", "images_type", "l3_ha",
		"mechanism_drivers", "notification_driver", "provider", "rabbit_ha_queues", "rabbit_quorum_queue", "service_plugins", "stores",
		"tenant_network_types", "type_drivers", "virt_type", "volume_driver", "wsrep_sst_method",
	}
}

// script asks a node what it is: lines of a kind, a name and a value. It reads, and
// changes nothing.
func script(services []*inventory.Service) string {
	var b strings.Builder
	b.WriteString(`export LC_ALL=C
echo "kernel $(uname -r) $(uname -m)"
sed -n -e 's/^PRETTY_NAME=/os /p' /etc/os-release 2>/dev/null
`)
	all := together(services)
	packages := beside()
	for _, f := range all {
		packages = append(packages, f.packages...)
	}
	slices.Sort(packages)
	asked := quoted(slices.Compact(packages))
	fmt.Fprintf(&b, `if command -v dpkg-query >/dev/null 2>&1; then
dpkg-query -W -f '${db:Status-Abbrev} ${source:Package} ${source:Version}\n' %s 2>/dev/null | sed -n -e 's/^.i *//p' | sort -u | sed -e 's/^/package /'
elif command -v rpm >/dev/null 2>&1; then
rpm -qa --qf '%%{NAME} %%{EPOCHNUM}:%%{VERSION}-%%{RELEASE}\n' %s 2>/dev/null | sort -u | sed -e 's/^/package /'
fi
`, asked, asked)
	for _, s := range services {
		if s.Runtime.Kind == inventory.Container {
			fmt.Fprintf(&b, `for engine in docker podman; do
if command -v "$engine" >/dev/null 2>&1; then
image=$(timeout 5 env "$engine" inspect -f '{{.Config.Image}} {{.Image}}' %s 2>/dev/null) && { echo "image %s $image"; break; }
fi
done
`, inventory.Quote(s.Runtime.Name), s.Name)
		}
	}
	for _, f := range all {
		fmt.Fprintf(&b, `found=$(for file in %s; do
case $file in *.conf | *.ini | *.cfg | *.cnf | *.yaml | *.yml | *.json | *.toml | *.config | */enabled_plugins | /etc/default/* | /etc/sysconfig/*)
if [ -f "$file" ]; then echo "== $file"; sed -E %s "$file" 2>/dev/null; fi ;;
esac
done)
if [ -n "$found" ]; then
sum=$(echo "$found" | sha256sum)
echo "configuration %s ${sum%%%% *}"
echo "$found" | sed -n -E -e 's/^(%s)[[:space:]]*=[[:space:]]*(.*)$/setting %s \1 \2/p' | sort -u
fi
`, files(f.config), secrets, f.name, strings.Join(options(), "|"), f.name)
	}
	b.WriteString("echo end\n")
	return b.String()
}

// files are the words of sh for all files of paths: two folders deep, as configurations
// are. None of them has a character that sh would read.
func files(paths []string) string {
	var words []string
	for _, path := range paths {
		words = append(words, inventory.Quote(path), inventory.Quote(path)+"/*", inventory.Quote(path)+"/*/*")
	}
	return strings.Join(words, " ")
}

func quoted(words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = inventory.Quote(w)
	}
	return strings.Join(all, " ")
}

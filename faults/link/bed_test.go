package link_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/link"
	"github.com/openstack-eris/eris/inventory"
)

// struck is the node of the beds, and asked the one with the member of the service that
// its client, memcached, is a client of here.
const struck, asked = "ctl-3", "ctl-2"

// bedOf is the client on a node of the cloud in an inventory.
func bedOf(t *testing.T, file string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	return faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(struck), Service: cloud.ServiceByName("memcached"),
		Changed: changedBy(kindOf(t.Name())), Disturb: foreignTable,
	}
}

// kindOf is the kind of fault that a test is about, by the test's name.
func kindOf(test string) string {
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	for _, name := range kinds.Names() {
		if strings.Contains(test, "/"+name) {
			return name
		}
	}
	return ""
}

// get asks the service as the client's user, for as long as it says, and tells the
// status and curl's exit code, 124 where it was too late; nothing while the client is
// down.
func get(t testing.TB, bed faulttest.Bed, seconds string) string {
	t.Helper()
	return bed.Shell(t, `pid=$(systemctl show %s -p MainPID --value)
user=$(sed -n 's/^Uid:[^0-9]*\([0-9]*\)[^0-9].*/\1/p' "/proc/$pid/status" 2>/dev/null)
if [ -n "$user" ]; then
	timeout %s setpriv --reuid="$user" --clear-groups curl -s -o /dev/null -w '%%{http_code}' http://%s:%d/
	echo " $?"
fi`, bed.Service.Runtime.Name, seconds, bed.Cloud.NodeByName(asked).Listen, bed.Cloud.ServiceByName(peer).Port)
}

// changedBy is how the client meets what a kind does.
func changedBy(kind string) func(t testing.TB, bed faulttest.Bed) bool {
	return func(t testing.TB, bed faulttest.Bed) bool {
		t.Helper()
		patience := "3"
		if kind == "link.delay" || kind == "link.rate" {
			patience = "0.6"
		}
		return faulttest.Always(4, time.Second, func() bool { // on a busy machine a single healthy answer can take as long
			said := get(t, bed, patience)
			switch kind {
			case "link.reset":
				return strings.HasPrefix(said, "000 ") && !strings.HasSuffix(said, " 0")
			case "link.http_status":
				return said == "503 0"
			}
			return said == "124"
		})
	}
}

// foreignTable makes a table that is not ours.
func foreignTable(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	bed.Shell(t, `echo 'table inet foreign {
	chain input { type filter hook input priority 0; policy accept; tcp dport 9 counter drop; }
}' | nft -f -`)
	return func() { bed.Shell(t, "nft delete table inet foreign") }
}

// newFault is a fault of a kind in the catalogue, with arguments that make a change
// which a test can tell from none.
func newFault(kind string) (faults.Fault, bool) {
	fault, ok := faulttest.New(kind)
	switch f := fault.(type) {
	case *link.Delay:
		f.To, f.Delay = peer, 1300*time.Millisecond
	case *link.Rate:
		f.To, f.Rate = peer, 1<<10
	case *link.Reset:
		f.To = peer
	case *link.Status:
		f.To = peer
	}
	return fault, ok
}

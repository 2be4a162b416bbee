package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each kind of fault says whom it strikes, what ends it and what it needs, by what it is.
func TestEachFaultDescribesWhomItStrikes(t *testing.T) {
	c := newCatalogue()
	said := map[string]string{}
	for _, kind := range c.Faults.Names() {
		var text strings.Builder
		require.NoError(t, c.Describe(&text, kind))
		said[kind] = text.String()
		require.Contains(t, said[kind], "\nis ended by: ", kind)
		if kind != "script.run" { // whom, only its scripts know
			require.Contains(t, said[kind], "\nstrikes: ", kind)
			if !strings.HasPrefix(kind, "nova.") && kind != "cinder.volume_detach" { // which Nova is told of, and nothing on the node
				require.Contains(t, said[kind], "\ncommands on the node: ", kind)
			}
		}
	}
	require.Contains(t, said["power.off"], "is ended by: its undo, by a process on this machine that outlives eris\nnets on a real cloud: no-autonomous-heal\n")
	require.Contains(t, said["node.reset"], "strikes: a whole node\nis ended by: the node's own boot\n")
	require.Contains(t, said["disk.error"], "nets on a real cloud: irreversible\n")
	require.Contains(t, said["nova.force_down"], "strikes: the nova-compute of a host\n")
	require.Contains(t, said["nova.force_down"], "role in OpenStack: admin\n")
	require.Contains(t, said["network.switch"], "strikes: a machine beside the cloud\n")
	require.Contains(t, said["link.delay"], "example of args: {to: far}\nstrikes: a service that is a unit of systemd, a container\n")
	require.Contains(t, said["memcached.flush"], "is ended by: itself; ")
}

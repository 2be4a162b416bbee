package simcloud_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// lossy has a node lose a share of what it is sent by others.
func lossy(t *testing.T, cloud *simcloud.Cloud, name, share string) {
	t.Helper()
	filter(t, cloud.Node(name), "input", "iifname lo accept; counter; numgen random mod 100 < "+share+" counter drop")
}

func TestWhatIsLostIsSaidAgain(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: quick()})
	asker := cloud.Node("ctl-1")
	// Of forty at a loss of a fifth, none would be lost once in 7,500 times; and
	// of seven SYNs in a minute all would be once in 78,000.
	slowest := func(program string) time.Duration {
		took := make([]time.Duration, 40)
		codes := make([]int, len(took))
		var all sync.WaitGroup
		for i := range took {
			all.Go(func() {
				asked := time.Now()
				_, codes[i] = onNode(t, asker, program)
				took[i] = time.Since(asked)
			})
		}
		all.Wait()
		require.Equal(t, make([]int, len(took)), codes)
		return slices.Max(took)
	}
	const ask = "curl -fsS -m 130 -o /dev/null http://127.1.0.12:5000/healthcheck"
	slowest(ask)
	lossy(t, cloud, "ctl-2", "20")
	require.Greater(t, slowest("nc -z -w 130 127.1.0.12 11211"), time.Second, "a SYN is repeated after a second")
	require.Greater(t, slowest(ask), time.Second)
	_, code := onNode(t, asker, "for i in $(seq 60); do (timeout 0.5 nc -z 127.1.0.12 22; test $? = 124) && exit 9; done")
	require.Equal(t, 9, code, "a refusal is lost too")
	// Of five rounds one is without a loss, where only a busy machine is late now and then.
	_, code = onNode(t, cloud.Node("ctl-2"), "for r in 1 2 3 4 5; do late=; for i in $(seq 24); do timeout 0.5 nc -z 127.0.0.1 11211 || late=1; done; test -z \"$late\" && exit 0; done; exit 9")
	require.Zero(t, code, "its loopback loses nothing")
	unfilter(t, cloud.Node("ctl-2"))
	_, code = onNode(t, asker, "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do timeout 5 nc -z 127.1.0.12 22; test $? = 1 || exit 9; done")
	require.Zero(t, code)
}

func TestTheCloudGoesOnOverALossyNetwork(t *testing.T) {
	settings := quick()
	settings.Inter = 2 * time.Second // a SYN that is repeated once is in time
	settings.Connect = 2 * time.Second
	settings.Server = 20 * time.Second
	cloud := start(t, simcloud.Options{Seed: 3, Balancer: settings})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	slowest := func() (took time.Duration) {
		for range 15 {
			asked := time.Now()
			status, _ := c.issue(t)
			require.Equal(t, 201, status, "TCP repeats what is lost")
			took = max(took, time.Since(asked))
		}
		return took
	}
	slowest()
	for _, name := range cloud.Nodes() {
		lossy(t, cloud, name, "15")
	}
	require.Greater(t, slowest(), 200*time.Millisecond, "what is lost is repeated after 200 ms at the earliest")
	require.Equal(t, "3", status(t, cloud.Node("ctl-1"), "wsrep_cluster_size"), "nobody is given up")
	require.Equal(t, "ctl-1", cloud.Holder())
}

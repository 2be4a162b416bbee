package simcloud_test

import (
	"context"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

func processor(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkIdle tells what share of a processor a cloud takes with three
// collectors on each node, each once a second, and 50 tokens a second.
func BenchmarkIdle(b *testing.B) {
	cloud, err := simcloud.Start(context.Background(), simcloud.Options{})
	require.NoError(b, err)
	defer func() { require.NoError(b, cloud.Close()) }()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c := newClient(b, cloud)
	var all sync.WaitGroup
	for _, name := range cloud.Nodes() {
		for _, look := range []string{
			"read -r up idle </proc/uptime; cat /proc/stat /proc/meminfo /proc/loadavg",
			"ss -Htn state established | sort | uniq -c",
			"for u in keystone mariadb memcached haproxy; do systemctl show $u -p ActiveState,NRestarts,MainPID; done",
		} {
			all.Go(func() {
				cloud.Node(name).Run(ctx, node.Session{Line: "while :; do " + look + "; sleep 1; done"})
			})
		}
	}
	before, started := processor(b), time.Now()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for ctx.Err() == nil {
		<-ticker.C
		all.Go(func() { c.issue(b) })
	}
	all.Wait()
	b.ReportMetric(float64(processor(b)-before)/float64(time.Since(started)), "processors")
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		cloud, err := simcloud.Start(context.Background(), simcloud.Options{})
		require.NoError(b, err)
		require.NoError(b, cloud.Close())
	}
}

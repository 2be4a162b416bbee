package simcloud

import (
	"context"
	"errors"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
)

const (
	replicas     = 3                      // of every object, on the first nodes
	objectPort   = 6200                   // of the object servers, which are there as long as their node is
	replicaWaits = 500 * time.Millisecond // for a node that does not answer: conn_timeout
)

var errReplicas = errors.New("too few replicas are reached")

// Replicas asks the nodes that have the object's replicas: all of them to write,
// which wants more than half, and one after the other to read, until one is reached.
func (b *backend) Replicas(ctx context.Context, write bool) error {
	nodes := b.cloud.machines[:min(replicas, len(b.cloud.machines))]
	first := int(b.latency.between([2]time.Duration{0, time.Duration(len(nodes))}))
	reached, dark, before := 0, false, 0
	for i := range nodes {
		switch b.replica(nodes[(first+i)%len(nodes)]) {
		case balancer.Serving:
			reached++
		case balancer.Dark, balancer.Mute:
			dark = true
			if reached == 0 {
				before++
			}
		case balancer.Refused:
		}
	}
	waits, wanted := time.Duration(before)*replicaWaits, 1
	if write {
		waits, wanted = 0, len(nodes)/2+1
		if dark {
			waits = replicaWaits
		}
	}
	if err := b.pause(ctx, waits, nil); err != nil {
		return err
	}
	if reached < wanted {
		return errReplicas
	}
	return nil
}

// replica is what the proxy meets at a node's object server.
func (b *backend) replica(m *machine) balancer.Reach {
	if !m.On() {
		return balancer.Dark
	}
	return path{from: b.machine, to: m, port: objectPort}.of(b.part.unit).finds(balancer.Serving)
}

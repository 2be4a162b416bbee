package simcloud

import (
	"context"
	"hash/fnv"
	"sync"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
)

// most is how many keys all memcached together hold.
const most = 100_000

// cached says in which process of memcached a key is.
type cached struct {
	node string
	pid  int
}

// deadList is what a cache client knows of servers that did not answer.
type deadList struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (d *deadList) has(node string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Now().Before(d.until[node])
}

func (d *deadList) add(node string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.until[node] = time.Now().Add(cacheDead)
}

// Cached looks a key up in the server that its hash leads to, or in the next
// one while that is known to be dead. A server that is refused is found dead at
// once; one that is silent costs the socket timeout.
func (b *backend) Cached(ctx context.Context, key string) bool {
	h := fnv.New32a()
	h.Write([]byte(key))
	machines := b.cloud.machines
	unit, port := partOf("memcached").unit, partOf("memcached").port
	for i := range machines {
		m := machines[(int(h.Sum32()%uint32(len(machines)))+i)%len(machines)]
		if b.dead.has(m.Name()) {
			continue
		}
		way := path{from: b.machine, to: m, port: port}.of(b.part.unit)
		reach, lag := way.meets(unit), time.Duration(0)
		if reach == balancer.Serving {
			led := way.redirected()
			switch lag = way.takes(message) + led.Late; {
			case led.Reset || led.Status != 0: // which is not its protocol
				reach = balancer.Refused
			case lag >= cacheSocket:
				reach = balancer.Dark // for as long as its client waits
			}
		}
		switch reach {
		case balancer.Serving:
			if b.pause(ctx, lag, nil) != nil {
				return false
			}
			status, _ := m.status(unit)
			return b.cloud.cacheHit(key, cached{node: m.Name(), pid: status.PID})
		case balancer.Mute, balancer.Dark:
			if b.pause(ctx, cacheSocket, nil) != nil {
				return false
			}
		case balancer.Refused:
		}
		b.dead.add(m.Name())
		return false // this request is a miss; the next one asks elsewhere
	}
	return false
}

// cacheHit tells whether a key is in that process, and puts it there.
func (c *Cloud) cacheHit(key string, at cached) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	hit := c.cache[key] == at
	f := c.cacheFigures(at)
	f.gets++
	if !hit {
		f.misses++
		f.sets++
	}
	if len(c.cache) >= most {
		c.cache = map[string]cached{}
	}
	c.cache[key] = at
	return hit
}

package simcloud

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// cacheFigures is what a process of memcached has counted.
type cacheFigures struct{ gets, misses, sets, flushes int }

// cacheFigures returns those of a process. The caller holds the lock.
func (c *Cloud) cacheFigures(at cached) *cacheFigures {
	if c.counted == nil {
		c.counted = map[cached]*cacheFigures{}
	}
	if c.counted[at] == nil {
		c.counted[at] = &cacheFigures{}
	}
	return c.counted[at]
}

// Say hands lines to a memcached, whose text protocol is all that is known here;
// any other port closes without a word.
func (v *view) Say(ctx context.Context, host string, port int, said []byte) ([]byte, error) {
	reach, name, way := v.meet(ctx, host, port)
	if err := knock(ctx, reach, way); err != nil {
		return nil, err
	}
	switch reach {
	case balancer.Refused:
		return nil, node.ErrRefused
	case balancer.Dark, balancer.Mute:
		<-ctx.Done()
		return nil, ctx.Err()
	case balancer.Serving:
	}
	if name != "memcached" || way.to == nil {
		return nil, nil
	}
	led := way.redirected()
	if led.Reset || led.Status != 0 {
		return nil, errEmpty
	}
	if err := wait(ctx, way.takes(message)+led.Late); err != nil {
		return nil, err
	}
	status, _ := way.to.status(partOf("memcached").unit)
	at := cached{node: way.to.Name(), pid: status.PID}
	var answer strings.Builder
	for line := range strings.Lines(string(said)) {
		line = strings.TrimSpace(line)
		if line == "quit" {
			break
		}
		answer.WriteString(v.cloud.memcached(at, line))
	}
	return []byte(strings.ReplaceAll(answer.String(), "\n", "\r\n")), nil
}

// memcached answers one line in the words of memcached 1.6.
func (c *Cloud) memcached(at cached, line string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.cacheFigures(at)
	switch line {
	case "version":
		return "VERSION 1.6.18\n"
	case "flush_all":
		f.flushes++
		there := func(_ string, where cached) bool { return where == at }
		maps.DeleteFunc(c.cache, there)
		maps.DeleteFunc(c.tokens, there)
		return "OK\n"
	case "stats settings":
		return "STAT maxbytes 67108864\nSTAT flush_enabled yes\nEND\n"
	case "stats":
		items := 0
		for _, where := range c.cache {
			if where == at {
				items++
			}
		}
		return fmt.Sprintf("STAT pid %d\nSTAT time %d\nSTAT version 1.6.18\nSTAT curr_connections 1\nSTAT cmd_get %d\nSTAT cmd_set %d\nSTAT cmd_flush %d\nSTAT get_hits %d\nSTAT get_misses %d\nSTAT curr_items %d\nSTAT total_items %[4]d\nSTAT evictions 0\nEND\n",
			at.pid, time.Now().Unix(), f.gets, f.sets, f.flushes, f.gets-f.misses, f.misses, items)
	}
	return "ERROR\n"
}

// Fill gives a node's memcached that many items that nobody asks for.
func (c *Cloud) Fill(name string, items int) {
	status, _ := c.machine(name).status(partOf("memcached").unit)
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range items {
		c.cache[fmt.Sprintf("%s/%d", name, i)] = cached{node: name, pid: status.PID}
	}
}

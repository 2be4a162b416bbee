package simcloud

import "time"

// Computed is how long all requests so far computed, on all nodes together, by
// the model: what it comes to on the clock depends on this machine as well.
func (c *Cloud) Computed() time.Duration {
	sum := time.Duration(0)
	for _, m := range c.machines {
		m.load.mu.Lock()
		sum += m.load.busy
		m.load.mu.Unlock()
	}
	return time.Duration(float64(sum) / cpuShare)
}

package systemd

import (
	"context"
	"strings"
)

// Shutdown stops every service, and returns when all are down or ctx ends.
func (m *Manager) Shutdown(ctx context.Context) {
	m.mu.Lock()
	m.log("", "asked", "shutdown")
	var services []*Unit
	for _, u := range m.units {
		if strings.HasSuffix(u.Name, ".service") || u.isTimer() {
			services = append(services, u)
			m.stop(u)
		}
	}
	m.mu.Unlock()
	_ = m.wait(ctx, func() bool { // what does not stop in time is cut off
		for _, u := range services {
			if u.up() || u.Active == "deactivating" {
				return false
			}
		}
		return true
	})
}

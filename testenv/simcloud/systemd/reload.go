package systemd

import (
	"context"
	"fmt"
	"time"
)

// reloads is how long a daemon takes to read its configuration again.
const reloads = 30 * time.Millisecond

// Reload has a daemon read its configuration again: the same process goes on,
// and answers meanwhile. A unit without ExecReload= is refused.
func (m *Manager) Reload(ctx context.Context, name string, wait bool) error {
	m.mu.Lock()
	u := m.unit(name)
	m.log(u.Name, "asked", "reload")
	err := m.reload(u)
	m.mu.Unlock()
	if err != nil || !wait {
		return err
	}
	return m.wait(ctx, func() bool { return u.Active != "reloading" })
}

func (m *Manager) reload(u *Unit) error {
	switch {
	case u.state != "loaded":
		return fmt.Errorf("Failed to reload %s: Unit %s not found.", u.Name, u.Name) //nolint:staticcheck,revive // systemctl's words
	case len(u.config.ExecReload) == 0:
		return fmt.Errorf("Failed to reload %[1]s: Job type reload is not applicable for unit %[1]s.", u.Name) //nolint:staticcheck,revive // systemctl's words
	case !u.up():
		return fmt.Errorf("%s is not active, cannot reload.", u.Name) //nolint:staticcheck,revive // systemctl's words
	case u.Active == "reloading":
		return nil
	}
	m.set(u, "reloading", "reload")
	m.after(reloads, u, func() {
		if u.Active == "reloading" {
			m.set(u, "active", "running")
		}
	})
	return nil
}

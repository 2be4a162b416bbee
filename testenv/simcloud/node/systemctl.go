package node

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// control is the command line of the service manager.
type control struct {
	manager *systemd.Manager
	down    func(again bool) // shuts the node down
}

// call is one parsed command line of systemctl.
type call struct {
	flags map[string][]string
	verb  string
	units []string
}

func (c call) has(flag string) bool { return len(c.flags[flag]) > 0 }

func (c call) last(flag string) string {
	all := c.flags[flag]
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// parseCall reads flags anywhere on the line; those with a value are named.
func parseCall(args []string, valued map[string]string) (call, error) {
	c := call{flags: map[string][]string{}}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		name, value, given := strings.Cut(arg, "=")
		long, known := valued[name]
		switch {
		case arg == "--":
			c.units = append(c.units, args[i+1:]...)
			return c, nil
		case known && long == "":
			c.flags[name] = append(c.flags[name], "yes")
		case known && given && strings.HasPrefix(name, "--"):
			c.flags[long] = append(c.flags[long], value)
		case known && i+1 < len(args):
			i++
			c.flags[long] = append(c.flags[long], args[i])
		case strings.HasPrefix(arg, "-"):
			return c, fmt.Errorf("unrecognized option '%s'", arg)
		case c.verb == "":
			c.verb = arg
		default:
			c.units = append(c.units, arg)
		}
	}
	return c, nil
}

func (c control) systemctl(ctx context.Context, p *shell.Proc) int {
	line, err := parseCall(p.Args[1:], map[string]string{
		"-p": "property", "--property": "property", "-s": "signal", "--signal": "signal", "--kill-whom": "whom", "--kill-who": "whom",
		"--type": "type", "-t": "type", "--state": "state", "--job-mode": "job-mode", "-n": "lines",
		"--value": "", "--no-block": "", "--quiet": "", "-q": "", "--all": "", "-a": "", "--plain": "", "--no-legend": "",
		"--no-pager": "", "--runtime": "", "--now": "", "--full": "", "-l": "", "--system": "", "--force": "", "-f": "",
	})
	if err != nil {
		p.Errorf("systemctl: %v", err)
		return 1
	}
	run := map[string]func(context.Context, *shell.Proc, call) int{
		"start": c.start, "stop": c.stop, "restart": c.restart, "try-restart": c.restart, "reload-or-restart": c.restart,
		"reload": c.reloadUnit, "kill": c.kill, "is-active": c.isActive, "is-failed": c.isActive, "is-enabled": c.isEnabled, "show": c.show, "cat": c.cat,
		"daemon-reload": c.reload, "reset-failed": c.resetFailed, "freeze": c.freeze, "thaw": c.freeze,
		"list-units": c.listUnits, "list-timers": c.listTimers, "mask": c.mask, "unmask": c.mask,
		"reboot": c.shutdown, "poweroff": c.shutdown, "enable": c.enable, "disable": c.enable, "is-system-running": c.running,
	}[line.verb]
	if run == nil {
		p.Errorf("Unknown command verb %s.", line.verb)
		return 1
	}
	return run(ctx, p, line)
}

// each does something for every unit named and tells what failed.
func (c control) each(p *shell.Proc, line call, do func(string) error) int {
	if len(line.units) == 0 {
		p.Errorf("Too few arguments.")
		return 1
	}
	code := 0
	for _, pattern := range line.units {
		for _, unit := range c.manager.Names(pattern) {
			if err := do(unit); err != nil {
				if !errors.Is(err, context.Canceled) {
					p.Errorf("%v", err)
				}
				code = 1
				if strings.Contains(err.Error(), "not found") || strings.Contains(err.Error(), "not loaded") {
					code = 5
				}
			}
		}
	}
	return code
}

func (c control) start(ctx context.Context, p *shell.Proc, line call) int {
	return c.each(p, line, func(unit string) error { return c.manager.Start(ctx, unit, !line.has("--no-block")) })
}

func (c control) stop(ctx context.Context, p *shell.Proc, line call) int {
	return c.each(p, line, func(unit string) error { return c.manager.Stop(ctx, unit, !line.has("--no-block")) })
}

func (c control) restart(ctx context.Context, p *shell.Proc, line call) int {
	return c.each(p, line, func(unit string) error {
		return c.manager.Restart(ctx, unit, line.verb == "try-restart", !line.has("--no-block"))
	})
}

func (c control) reloadUnit(ctx context.Context, p *shell.Proc, line call) int {
	return min(c.each(p, line, func(unit string) error { return c.manager.Reload(ctx, unit, !line.has("--no-block")) }), 1)
}

func (c control) shutdown(_ context.Context, _ *shell.Proc, line call) int {
	c.down(line.verb == "reboot")
	return 0
}

func (c control) kill(_ context.Context, p *shell.Proc, line call) int {
	name := line.last("signal")
	if name == "" {
		name = "TERM"
	}
	signal, known := parseSignal(name)
	if !known {
		p.Errorf("Failed to parse signal string %s.", name)
		return 1
	}
	return min(c.each(p, line, func(unit string) error { return c.manager.Kill(unit, signal) }), 1)
}

func (c control) freeze(_ context.Context, p *shell.Proc, line call) int {
	return min(c.each(p, line, func(unit string) error { return c.manager.Freeze(unit, line.verb == "freeze") }), 1)
}

func (c control) reload(context.Context, *shell.Proc, call) int {
	c.manager.DaemonReload()
	return 0
}

func (c control) resetFailed(_ context.Context, p *shell.Proc, line call) int {
	if len(line.units) > 0 {
		return min(c.each(p, line, c.manager.ResetFailed), 1)
	}
	if err := c.manager.ResetFailed(""); err != nil {
		p.Errorf("%v", err)
		return 1
	}
	return 0
}

// mask and unmask link a unit to /dev/null and back.
func (c control) mask(_ context.Context, p *shell.Proc, line call) int {
	dir := "/etc/systemd/system"
	if line.has("--runtime") {
		dir = "/run/systemd/system"
	}
	code := c.each(p, line, func(unit string) error {
		file := path.Join(dir, unit)
		if target, err := p.FS().Readlink(file); err == nil && target == "/dev/null" {
			if line.verb == "mask" {
				return nil
			}
			return p.FS().Remove(file)
		}
		if line.verb == "unmask" {
			return nil
		}
		return p.FS().Symlink("/dev/null", file)
	})
	c.manager.DaemonReload()
	return code
}

func (c control) enable(ctx context.Context, p *shell.Proc, line call) int {
	code := c.each(p, line, func(unit string) error {
		file := "/etc/systemd/system/multi-user.target.wants/" + unit
		if line.verb == "disable" {
			return p.FS().RemoveAll(file)
		}
		files := c.manager.Files(unit)
		if len(files) == 0 {
			return fmt.Errorf("Failed to enable unit: Unit file %s does not exist.", unit) //nolint:staticcheck,revive // systemctl's words
		}
		if p.FS().Exists(file) {
			return nil
		}
		return p.FS().Symlink(files[0], file)
	})
	if code != 0 || !line.has("--now") {
		return code
	}
	if line.verb == "disable" {
		return c.stop(ctx, p, line)
	}
	return c.start(ctx, p, line)
}

func (c control) running(_ context.Context, p *shell.Proc, _ call) int {
	failed := slices.ContainsFunc(c.manager.List(nil, true), func(r systemd.Row) bool { return r.Active == "failed" })
	if failed {
		p.Printf("degraded\n")
		return 1
	}
	p.Printf("running\n")
	return 0
}

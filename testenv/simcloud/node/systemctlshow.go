package node

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

func property(all []systemd.Property, name string) string {
	for _, p := range all {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// show prints properties in the order in which they are asked for, as systemd
// 252 does, and leaves out those that it does not know.
func (c control) show(_ context.Context, p *shell.Proc, line call) int {
	wanted := []string{}
	for _, list := range line.flags["property"] {
		wanted = append(wanted, strings.Split(list, ",")...)
	}
	units := []string{}
	for _, pattern := range line.units {
		units = append(units, c.manager.Names(pattern)...)
	}
	for i, unit := range units {
		if i > 0 {
			p.Printf("\n")
		}
		all := c.manager.Show(unit)
		if len(wanted) > 0 {
			all = chosen(all, wanted)
		}
		for _, one := range all {
			if line.has("--value") {
				p.Printf("%s\n", one.Value)
			} else {
				p.Printf("%s=%s\n", one.Name, one.Value)
			}
		}
	}
	return 0
}

func chosen(all []systemd.Property, wanted []string) []systemd.Property {
	kept := []systemd.Property{}
	for _, name := range wanted {
		at := slices.IndexFunc(all, func(p systemd.Property) bool { return p.Name == name })
		if at >= 0 {
			kept = append(kept, all[at])
		}
	}
	return kept
}

// isActive is is-active and is-failed: 0 when one of the units is in the state
// asked for, otherwise 3 (is-active) or 1. What reloads is active.
func (c control) isActive(_ context.Context, p *shell.Proc, line call) int {
	want, code := []string{"active", "reloading"}, 3
	if line.verb == "is-failed" {
		want, code = []string{"failed"}, 1
	}
	for _, unit := range line.units {
		state := property(c.manager.Show(unit), "ActiveState")
		if !line.has("--quiet") && !line.has("-q") {
			p.Printf("%s\n", state)
		}
		if slices.Contains(want, state) {
			code = 0
		}
	}
	return code
}

func (c control) isEnabled(_ context.Context, p *shell.Proc, line call) int {
	code := 1
	for _, unit := range line.units {
		state := property(c.manager.Show(unit), "UnitFileState")
		if state == "" {
			p.Errorf("Failed to get unit file state for %s: No such file or directory", unit)
			continue
		}
		if !line.has("--quiet") && !line.has("-q") {
			p.Printf("%s\n", state)
		}
		if state == "enabled" || state == "static" || state == "transient" {
			code = 0
		}
	}
	return code
}

func (c control) cat(_ context.Context, p *shell.Proc, line call) int {
	code := 0
	for _, unit := range line.units {
		files := c.manager.Files(unit)
		if len(files) == 0 {
			p.Errorf("No files found for %s.", unit)
			code = 1
		}
		for i, file := range files {
			data, err := p.FS().ReadFile(file)
			if err != nil {
				return p.Fail(err)
			}
			if i > 0 {
				p.Printf("\n")
			}
			p.Printf("# %s\n%s", file, data)
		}
	}
	return code
}

func (c control) listUnits(_ context.Context, p *shell.Proc, line call) int {
	rows := c.manager.List(line.units, line.has("--all") || line.has("-a"))
	if !line.has("--no-legend") {
		p.Printf("UNIT LOAD ACTIVE SUB DESCRIPTION\n")
	}
	for _, r := range rows {
		if kind := line.last("type"); kind != "" && !strings.HasSuffix(r.Name, "."+kind) {
			continue
		}
		if state := line.last("state"); state != "" && state != r.Active && state != r.Sub {
			continue
		}
		p.Printf("%s %s %s %s %s\n", r.Name, r.Load, r.Active, r.Sub, r.Description)
	}
	if !line.has("--no-legend") {
		p.Printf("\n%d loaded units listed.\n", len(rows))
	}
	return 0
}

func (c control) listTimers(_ context.Context, p *shell.Proc, line call) int {
	rows := c.manager.List(line.units, line.has("--all") || line.has("-a"))
	if !line.has("--no-legend") {
		p.Printf("NEXT LEFT LAST PASSED UNIT ACTIVATES\n")
	}
	for _, r := range rows {
		if !strings.HasSuffix(r.Name, ".timer") {
			continue
		}
		next, left := "-", "-"
		if !r.Next.IsZero() {
			next, left = r.Next.UTC().Format("Mon 2006-01-02 15:04:05 UTC"), systemd.FormatSpan(time.Until(r.Next))+" left"
		}
		p.Printf("%s %s - - %s %s\n", next, left, r.Name, r.Triggers)
	}
	return 0
}

package lab

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// unitFolder is where a role lays units of its own.
const unitFolder = "/etc/systemd/system"

// units are the systemd units that do a role's work on its nodes, as journalctl
// takes them: those that it starts, those of its services, and those that it
// brings along; a template stands for all of its instances.
func (r *Role) units() []string {
	all := slices.Clone(r.Units)
	for _, name := range slices.Sorted(maps.Keys(r.Services)) {
		switch s := r.Services[name]; {
		case s.Unit != "":
			all = append(all, s.Unit)
		case s.Pacemaker != "":
			all = append(all, "pacemaker.service")
		}
	}
	for _, f := range r.Files {
		if path.Dir(f.Path) == unitFolder && strings.HasSuffix(f.Path, ".service") {
			all = append(all, strings.Replace(path.Base(f.Path), "@.", "@*.", 1))
		}
	}
	all = append(all, slices.Sorted(maps.Keys(r.Logs))...)
	slices.Sort(all)
	return slices.Compact(all)
}

// unitsOf are the units that do a role's work; of one that has none, as one
// that only asks others for something, those of the roles that it comes after.
func (p *Profile) unitsOf(part string) []string {
	role := p.parts[part]
	if role == nil {
		return nil
	}
	all := role.units()
	if len(all) > 0 {
		return all
	}
	for _, need := range role.After {
		all = append(all, p.unitsOf(need)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unitsOfService are the units behind a service of the inventory, and the role
// that it belongs to.
func (p *Profile) unitsOfService(name string) (part string, units []string) {
	for _, part := range p.order {
		if s, is := p.parts[part].Services[name]; is {
			if s.Unit != "" {
				return part, []string{s.Unit}
			}
			return part, p.unitsOf(part)
		}
	}
	return "", nil
}

// logsOf are globs of the files on a node that units write what they have to
// say to, instead of to the journal. Debian's daemons of OpenStack call them
// after their units; the application in a uwsgi has one beside the uwsgi's own;
// what else there is, a role names.
func (p *Profile) logsOf(units []string) []string {
	var globs []string
	for _, unit := range units {
		name := strings.TrimSuffix(unit, ".service")
		globs = append(globs, "/var/log/*/"+name+".log")
		for _, part := range p.order {
			role := p.parts[part]
			globs = append(globs, role.Logs[unit]...)
			for _, f := range role.Files {
				if log := f.With["log"]; log != "" && path.Base(log) == name+".log" {
					globs = append(globs, log, path.Join(path.Dir(log), path.Base(f.With["app"])+".log"))
				}
			}
		}
	}
	slices.Sort(globs)
	return slices.Compact(globs)
}

// globForm is a glob of absolute paths that no shell reads anything else into.
var globForm = regexp.MustCompile(`^/[A-Za-z0-9._/+@*?-]+$`)

// checkLogs reports what is no unit, or no glob.
func (r *Role) checkLogs(in *reading) {
	for unit, globs := range r.Logs {
		if !strings.HasSuffix(unit, ".service") || slices.ContainsFunc(globs, func(g string) bool { return !globForm.MatchString(g) }) {
			in.bad("logs/"+unit, "logs of %s: want a unit, and absolute paths on the node", unit)
		}
	}
}

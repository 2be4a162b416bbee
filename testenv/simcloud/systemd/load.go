package systemd

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Directories of unit files, the strongest first.
func unitDirs() []string {
	return []string{"/etc/systemd/system", "/run/systemd/system", transientDir, "/lib/systemd/system"}
}

const transientDir = "/run/systemd/transient"

// loaded is what was read from disk, and from which files.
type loaded struct {
	state    string // loaded, not-found, masked, bad-setting
	config   Config
	fragment string
	dropIns  []string
	stamp    string // changes when one of the files does
	err      error
}

// load reads a unit and its drop-ins from disk.
func (m *Manager) load(name string) loaded {
	l := loaded{state: "not-found", config: defaults()}
	for _, dir := range unitDirs() {
		file := path.Join(dir, name)
		if !m.exists(file) {
			continue
		}
		l.fragment, l.state = file, "loaded"
		if target, err := m.opt.FS.Readlink(file); err == nil && target == "/dev/null" {
			l.state = "masked"
			return l
		}
		l.take(m, file)
		break
	}
	if l.fragment == "" {
		return l
	}
	files := map[string]string{} // file name → path; the strongest directory wins
	for _, dir := range slices.Backward(unitDirs()) {
		entries, err := m.opt.FS.ReadDir(path.Join(dir, name+".d"))
		if err != nil {
			continue // there is none
		}
		for _, entry := range entries {
			if strings.HasSuffix(entry.Name(), ".conf") {
				files[entry.Name()] = path.Join(dir, name+".d", entry.Name())
			}
		}
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		l.dropIns = append(l.dropIns, files[file])
		l.take(m, files[file])
	}
	if l.config.Triggers == "" {
		l.config.Triggers = strings.TrimSuffix(name, ".timer") + ".service"
	}
	if strings.HasSuffix(name, ".service") && len(l.config.ExecStart) == 0 && l.state == "loaded" {
		l.state, l.err = "bad-setting", errors.New("service has no ExecStart= setting")
	}
	return l
}

func (l *loaded) take(m *Manager, file string) {
	data, err := m.opt.FS.ReadFile(file)
	if err == nil {
		err = l.config.read(string(data))
	}
	if err != nil {
		l.state, l.err = "bad-setting", errors.Join(l.err, err)
	}
	if info, err := m.opt.FS.Stat(file); err == nil {
		l.stamp += file + "@" + strconv.FormatInt(info.ModTime().UnixNano(), 10) + ";"
	}
}

func (m *Manager) exists(file string) bool {
	_, err := m.opt.FS.Lstat(file)
	return !errors.Is(err, fs.ErrNotExist) && err == nil
}

// unit returns a unit, loading it if it is not. A unit that is not found is
// returned and not kept.
func (m *Manager) unit(name string) *Unit {
	name = canonical(name)
	if u := m.units[name]; u != nil {
		return u
	}
	u := &Unit{Name: name, loaded: m.load(name), Active: "inactive", Sub: "dead", Result: "success", condition: true}
	if u.state != "not-found" {
		m.units[name] = u
	}
	return u
}

func canonical(name string) string {
	if strings.ContainsRune(name, '.') {
		switch path.Ext(name) {
		case ".service", ".timer", ".target", ".scope", ".slice", ".socket", ".mount":
			return name
		}
	}
	return name + ".service"
}

// DaemonReload reads all loaded units from disk again.
func (m *Manager) DaemonReload() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.account()
	for name, u := range m.units {
		u.loaded = m.load(name)
		if u.state == "not-found" && u.Active == "inactive" {
			delete(m.units, name)
		}
	}
	m.log("", "daemon-reload", "")
}

// enabled is the UnitFileState.
func (m *Manager) enabled(u *Unit) string {
	switch {
	case u.state == "masked" && strings.HasPrefix(u.fragment, "/run/"):
		return "masked-runtime"
	case u.state == "masked":
		return "masked"
	case strings.HasPrefix(u.fragment, transientDir):
		return "transient"
	}
	for _, target := range targets() {
		if m.exists(path.Join("/etc/systemd/system", target+".wants", u.Name)) {
			return "enabled"
		}
	}
	switch {
	case u.state == "not-found":
		return ""
	case u.config.Installable:
		return "disabled"
	}
	return "static"
}

func targets() []string {
	return []string{"sysinit.target", "basic.target", "timers.target", "multi-user.target", "default.target"}
}

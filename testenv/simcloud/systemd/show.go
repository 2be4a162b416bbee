package systemd

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Property is one KEY=VALUE of `systemctl show`.
type Property struct{ Name, Value string }

// Show returns the properties of a unit, in a fixed order.
func (m *Manager) Show(name string) []Property {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.unit(name)
	ps := []Property{
		{"Id", u.Name}, {"Names", u.Name}, {"Description", u.config.Description}, {"LoadState", u.state},
		{"ActiveState", u.Active}, {"SubState", u.Sub}, {"FreezerState", freezer(u)}, {"FragmentPath", u.fragment},
		{"DropInPaths", strings.Join(u.dropIns, " ")}, {"UnitFileState", m.enabled(u)}, {"UnitFilePreset", "enabled"},
		{"NeedDaemonReload", yes(m.stale(u))}, {"Result", u.Result}, {"ConditionResult", yes(u.condition)},
		{"Transient", yes(u.isTransient())}, {"CollectMode", collectMode(u)},
		{"StateChangeTimestampMonotonic", m.stamp(u.changedAt)}, {"ActiveEnterTimestampMonotonic", m.stamp(u.activeAt)},
		{"InactiveEnterTimestampMonotonic", m.stamp(u.inactiveAt)},
		{"ActiveExitTimestampMonotonic", m.stamp(u.leftAt)}, {"InvocationID", u.invoked}, {"CanReload", yes(len(u.config.ExecReload) > 0)},
		{"Requires", ""}, {"RequiredBy", ""}, {"WantedBy", ""},
		{"BoundBy", ""}, {"BindsTo", ""}, {"PartOf", ""}, {"ConsistsOf", ""}, {"Job", "0"},
	}
	if u.state == "not-found" {
		return ps
	}
	if u.isTimer() {
		return append(ps, m.showTimer(u)...)
	}
	return append(ps, m.showService(u)...)
}

func (m *Manager) showTimer(u *Unit) []Property {
	next, last := "infinity", "0"
	if !u.next.IsZero() {
		next = FormatSpan(u.next.Sub(m.booted))
	}
	if !u.triggered.IsZero() {
		last = FormatSpan(u.triggered.Sub(m.booted))
	}
	return []Property{
		{"Unit", u.config.Triggers}, {"Triggers", u.config.Triggers}, {"NextElapseUSecRealtime", ""},
		{"NextElapseUSecMonotonic", next}, {"LastTriggerUSecMonotonic", last},
		{"AccuracyUSec", FormatSpan(u.config.Accuracy)}, {"RemainAfterElapse", yes(u.config.RemainAfterElapse)},
	}
}

func (m *Manager) showService(u *Unit) []Property {
	pid, group, memory, tasks := 0, "", "[not set]", "[not set]"
	if u.proc != nil {
		pid, group, tasks = u.proc.PID, u.cgroup(), "1"
		memory = strconv.FormatUint(m.memory(u), 10)
	}
	code, status := 0, u.exitCode
	if !u.mainExit.IsZero() {
		code = 1
	}
	if u.exitSignal != 0 {
		code, status = 2, int(u.exitSignal)
	}
	return []Property{
		{"Type", u.config.Type}, {"KillMode", u.config.KillMode}, {"Restart", u.config.Restart}, {"RestartUSec", FormatSpan(u.config.RestartSec)},
		{"TimeoutStopUSec", FormatSpan(u.config.TimeoutStop)}, {"RuntimeMaxUSec", infinite(u.config.RuntimeMax)},
		{"MainPID", strconv.Itoa(pid)}, {"NRestarts", strconv.Itoa(u.restarts)},
		{"ExecMainPID", strconv.Itoa(pid)}, {"ExecMainStartTimestampMonotonic", m.stamp(u.mainStart)},
		{"ExecMainExitTimestampMonotonic", m.stamp(u.mainExit)}, {"ExecMainCode", strconv.Itoa(code)},
		{"ExecMainStatus", strconv.Itoa(status)}, {"ControlGroup", group}, {"Slice", u.config.Slice},
		{"MemoryCurrent", memory}, {"TasksCurrent", tasks}, {"RemainAfterExit", yes(u.config.RemainAfterExit)},
		{"StartLimitBurst", strconv.Itoa(u.config.StartLimitBurst)}, {"StartLimitIntervalUSec", FormatSpan(u.config.StartLimit)},
		{"ReloadResult", "success"}, {"StatusText", ""}, {"CPUUsageNSec", m.showUsed(u)}, {"CPUQuotaPerSecUSec", infinite(time.Duration(u.config.CPUQuota * float64(time.Second)))},
		{"CPUWeight", u.config.cpuWeight()}, {"MemoryMax", infinity(u.config.MemoryMax)}, {"TasksMax", infinity(u.config.TasksMax)},
		{"IOReadBandwidthMax", u.config.IORead.String()}, {"IOWriteBandwidthMax", u.config.IOWrite.String()},
	}
}

func (m *Manager) showUsed(u *Unit) string {
	if u.proc == nil {
		return "[not set]"
	}
	m.account()
	return strconv.FormatInt(u.use.used.Nanoseconds(), 10)
}

func freezer(u *Unit) string {
	if u.frozen {
		return "frozen"
	}
	return "running"
}

func collectMode(u *Unit) string {
	if u.config.Collect {
		return "inactive-or-failed"
	}
	return "inactive"
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func infinite(d time.Duration) string {
	if d == 0 {
		return "infinity"
	}
	return FormatSpan(d)
}

// stamp is a time in µs since boot, 0 for never.
func (m *Manager) stamp(at time.Time) string {
	if at.IsZero() {
		return "0"
	}
	return strconv.FormatInt(at.Sub(m.booted).Microseconds(), 10)
}

// stale tells whether a unit's files differ from what was loaded.
func (m *Manager) stale(u *Unit) bool {
	return u.state != "not-found" && m.load(u.Name).stamp != u.stamp
}

// Row is one line of `systemctl list-units`.
type Row struct {
	Name, Load, Active, Sub, Description string
	Next                                 time.Time // of a timer
	Triggers                             string
}

// List returns the loaded units whose name matches one of the patterns (all
// without any), sorted by name. Without all, only those that are not down.
func (m *Manager) List(patterns []string, all bool) []Row {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := []Row{}
	for name, u := range m.units {
		if !all && u.Active == "inactive" || !matches(patterns, name) {
			continue
		}
		rows = append(rows, Row{name, u.state, u.Active, u.Sub, u.config.Description, u.next, u.config.Triggers})
	}
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

func matches(patterns []string, name string) bool {
	for _, pattern := range patterns {
		if ok, err := path.Match(pattern, name); err == nil && ok || canonical(pattern) == name {
			return true
		}
	}
	return len(patterns) == 0
}

// Names expands a pattern to the loaded units that it matches; a plain name
// stands for itself.
func (m *Manager) Names(pattern string) []string {
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{canonical(pattern)}
	}
	names := []string{}
	for _, row := range m.List([]string{pattern}, true) {
		names = append(names, row.Name)
	}
	return names
}

// Files returns the paths of a unit's file and drop-ins, the file first.
func (m *Manager) Files(name string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.unit(name)
	if u.fragment == "" {
		return nil
	}
	return append([]string{u.fragment}, u.dropIns...)
}

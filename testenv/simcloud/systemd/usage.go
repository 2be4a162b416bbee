package systemd

import (
	"context"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// What a node has for all of its units.
const (
	Processors  = 4
	diskSpeed   = 200 << 20 // bytes a second
	quotaPeriod = 100 * time.Millisecond
	fairWeight  = 100
	// What a processor does in a second if it does nothing else.
	swapsPerSecond = 50_000
	forksPerSecond = 1_000
	smallScript    = 2 << 20 // bytes of memory of a program that is no daemon
)

// usage is what the control group of a unit has used since it was made.
type usage struct {
	wanted    int           // programs that would compute without a pause
	swapping  int           // of those, that wake one another up
	forking   int           // and that start others
	swaps     float64       // how often one gave up a processor to wait
	used      time.Duration // of processors
	through   time.Time     // when what was asked of the processors is done, under a quota
	throttled int           // how often it waited for its quota
	written   time.Time     // when what it wrote is on the disk, under a limit
	read      time.Time     // and what it reads is there
	own       *memfs.Volume // its own tmpfs, nil without one
	view      *memfs.FS     // of who has one
}

// account brings the use of the processors up to date. It is called before
// anything changes that decides who uses how much.
func (m *Manager) account() {
	now := time.Now()
	passed := now.Sub(m.accounted)
	m.accounted = now
	for _, u := range m.units {
		part := time.Duration(m.rate(u) * float64(passed))
		u.use.used += part
		m.burnt += part
		if u.use.wanted > 0 {
			each := part.Seconds() / float64(u.use.wanted)
			u.use.swaps += each * float64(u.use.swapping) * swapsPerSecond
			m.forked += each * float64(u.use.forking) * forksPerSecond
		}
		if limit := u.config.CPUQuota; limit > 0 && part > 0 && float64(u.use.wanted) > limit {
			u.use.throttled += int(passed / quotaPeriod)
		}
	}
}

// demand is how many processors a unit's programs use when nobody else wants any.
func (u *Unit) demand() float64 {
	wanted := float64(u.use.wanted)
	if u.frozen || u.proc == nil || u.proc.stopped {
		return 0
	}
	if u.config.CPUQuota > 0 {
		return min(wanted, u.config.CPUQuota)
	}
	return wanted
}

func (m *Manager) demands() (sum, weight float64) {
	for _, u := range m.units {
		if d := u.demand(); d > 0 {
			sum += d
			weight = max(weight, u.config.CPUWeight)
		}
	}
	return sum, weight
}

func (m *Manager) rate(u *Unit) float64 {
	d := u.demand()
	if d == 0 {
		return 0
	}
	sum, _ := m.demands()
	return d * min(1, Processors/sum)
}

// Burn has the process of ctx compute without a pause until the returned
// function is called, or its unit ends. A process of no unit is not counted.
func (m *Manager) Burn(ctx context.Context) (stop func()) {
	return m.toil(ctx, func(*usage, int) {})
}

// Swap is Burn for one of two that wake one another up.
func (m *Manager) Swap(ctx context.Context) (stop func()) {
	return m.toil(ctx, func(u *usage, n int) { u.swapping += n })
}

// Fork is Burn for one that starts others.
func (m *Manager) Fork(ctx context.Context) (stop func()) {
	return m.toil(ctx, func(u *usage, n int) { u.forking += n })
}

// Started is the number of the process that was started last.
func (m *Manager) Started() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.account()
	return m.lastPID + int(m.forked)
}

func (m *Manager) toil(ctx context.Context, as func(u *usage, n int)) (stop func()) {
	p, ok := ctx.Value(processKey{}).(*Process)
	if !ok || p.Unit == "" {
		return func() {}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.units[p.Unit]
	if u == nil || u.proc != p {
		return func() {}
	}
	m.account()
	u.use.wanted++
	as(&u.use, 1)
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if u.proc == p {
			m.account()
			u.use.wanted--
			as(&u.use, -1)
		}
	}
}

// Burnt is the time of processors that programs have taken which compute
// without a pause, and how many of them there are.
func (m *Manager) Burnt() (time.Duration, int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.account()
	programs := 0
	for _, u := range m.units {
		programs += u.use.wanted
	}
	return m.burnt, programs
}

// Compute books d of computing to a daemon and tells how long it takes now.
// What computes without a pause leaves it the rest of the processors, and at
// least its share by weight; a quota lets it have no more than that in a period.
func (m *Manager) Compute(name string, d time.Duration) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.units[canonical(name)]
	if u == nil {
		return d
	}
	m.account()
	took := d
	if sum, weight := m.demands(); sum > 0 {
		stretch := 1 + weight/u.config.CPUWeight
		if share := sum / Processors; share < 1 {
			stretch = min(stretch, 1/(1-share))
		}
		took = time.Duration(float64(d) * stretch)
	}
	u.use.used += d
	if quota := u.config.CPUQuota; quota > 0 {
		now := time.Now()
		u.use.through = later(u.use.through, now.Add(-quotaPeriod)).Add(time.Duration(float64(d) / quota))
		if wait := u.use.through.Sub(now); wait > took {
			took = wait
			u.use.throttled++
		}
	}
	return took
}

// Transfer books bytes that a unit reads from its disk or writes to it, and
// tells how long that takes now: whoever came before is served first, and a
// limit of the unit holds.
func (m *Manager) Transfer(name string, bytes int64, write bool) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	m.disk = later(m.disk, now).Add(time.Duration(float64(bytes) / diskSpeed * float64(time.Second)))
	took := m.disk.Sub(now)
	u := m.units[canonical(name)]
	if u == nil {
		return took
	}
	limit, through := u.config.IORead, &u.use.read
	if write {
		limit, through = u.config.IOWrite, &u.use.written
	}
	if limit.bytes > 0 {
		*through = later(*through, now).Add(time.Duration(float64(bytes) / float64(limit.bytes) * float64(time.Second)))
		took = max(took, through.Sub(now))
	}
	return took
}

// Moved is Transfer for the process of ctx, in whose own figures it is.
func (m *Manager) Moved(ctx context.Context, bytes int64, write bool) time.Duration {
	unit := ""
	if p, ok := ctx.Value(processKey{}).(*Process); ok {
		unit = p.Unit
		m.mu.Lock()
		if write {
			p.wrote += bytes
		} else {
			p.got += bytes
		}
		m.mu.Unlock()
	}
	return m.Transfer(unit, bytes, write)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Taken is the memory that the units' own file systems take, in bytes.
func (m *Manager) Taken() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	sum := int64(0)
	for _, u := range m.units {
		sum += m.kept(u)
	}
	return sum
}

func (m *Manager) kept(u *Unit) int64 {
	if u.use.own == nil {
		return 0
	}
	return m.opt.FS.Used(u.use.own)
}

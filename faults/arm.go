package faults

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Arm lays the scripts on every target, starts the two timers of the dead-man
// there and reads them back. What is not proven armed will not be injected: on
// any failure the whole fault is failed, and the error says why. Targets that
// did arm stay so: the caller's Undo takes them back, or else their lease.
//
// From here on Wait or Hold must run, or the lease ends and the node disarms.
func (i *Injection) Arm(ctx context.Context) error {
	if err := i.begin("arm", record.Preflight); err != nil {
		return err
	}
	err := i.each(func(m *member) error { return i.arm(ctx, m) })
	if err != nil {
		i.enter(record.Failed, "arm: "+err.Error())
		return fmt.Errorf("arm fault: %w", err)
	}
	i.enter(record.Armed, "")
	return nil
}

func (i *Injection) arm(ctx context.Context, m *member) error {
	timing := i.spec.Timing
	m.mu.Lock()
	m.laid = true
	m.deadline = i.life.deps.Clock.Now() + timing.TTL + 3*timing.Lease + 10*time.Second
	boot, before := m.boot, m.before
	m.mu.Unlock()

	asked := i.life.deps.Clock.Now()
	var a answer
	var result remote.Result
	if problem := i.watched(ctx, m); problem != "" {
		return i.unarmed(m, problem)
	}
	if m.kept() {
		a, result = i.hear(m, m.clock, asked, i.life.deps.Keeper.Arm(ctx, i.life.order(m, timing)))
	} else {
		a, result = i.ask(ctx, m, remote.Command{
			Script: script.Arm(), Args: armArgs(m, timing, boot), Root: true, Timeout: 30 * time.Second,
		})
	}
	if result.State == remote.NotStarted {
		m.mu.Lock()
		m.laid = false
		m.mu.Unlock()
	}
	if !result.OK() {
		return i.unarmed(m, why(result))
	}
	if reason, refused := a.get("refused"); refused {
		return i.unarmed(m, reason)
	}
	if err := proveTimers(a); err != nil {
		return i.unarmed(m, err.Error())
	}
	found := a.all("before")
	if m.kept() {
		m.mu.Lock()
		m.outside = found
		m.mu.Unlock()
	} else if !slices.Equal(found, before) {
		return i.unarmed(m, "the target changed since preflight: "+strings.Join(Differences(before, found), ", "))
	}
	if took := i.life.deps.Clock.Now() - asked; took > timing.Lease/2 {
		return i.unarmed(m, fmt.Sprintf("arming took %s, more than half of the lease of %s", took.Round(time.Millisecond), timing.Lease))
	}
	m.set(record.Armed, "")
	e := m.event(i.spec.Name)
	e.Fingerprint = m.fingerprint()
	if stamp, ok := m.stamped("armed"); ok {
		e.NodeAt, e.Bound = m.clock.at(stamp)
	}
	i.life.emit(record.Event{Target: &e})
	i.standBy(ctx, m)
	return nil
}

// standBy has the inject wait on the node for its word, where the way to it can
// do that: what is left to do after the trigger is then to say it. Without it the
// inject is handed over whole.
func (i *Injection) standBy(ctx context.Context, m *member) {
	stander, can := i.life.deps.Runner.(remote.Stander)
	if !can || m.scripts.Outside != "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, i.spec.Timing.Lease/6)
	defer cancel()
	s := stander.Stand(ctx, m.target.Node.Name, remote.Command{
		Script: script.Call(), Args: []string{"standby", m.target.ID}, Root: true,
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.standby = s
}

func (i *Injection) unarmed(m *member, reason string) error {
	m.set(record.Failed, reason)
	e := m.event(i.spec.Name)
	i.life.emit(record.Event{Target: &e})
	return fmt.Errorf("not armed: %s", reason)
}

// armArgs are the arguments of arm.sh: the scripts with their sums, and what
// the guard must know of this fault.
func armArgs(m *member, timing Timing, boot string) []string {
	s := m.scripts
	texts := [][2]string{
		{"guard.sh", script.Guard()}, {"fingerprint.sh", s.Fingerprint}, {"prepare.sh", s.Prepare},
		{"inject.sh", s.Inject}, {"observe.sh", s.Observe}, {"undo.sh", s.Undo}, {"healthy.sh", s.Healthy},
	}
	if s.Irreversible != "" {
		texts = append(texts, [2]string{"irreversible", s.Irreversible})
	}
	var sums, files []string
	for _, t := range texts {
		sums = append(sums, fmt.Sprintf("%x  %s", sha256.Sum256([]byte(t[1])), t[0]))
		files = append(files, t[0], t[1])
	}
	return append([]string{
		m.target.ID, milliseconds(timing.Lease), milliseconds(timing.TTL), boot,
		strings.Join(sums, "\n"), strings.Join(s.Args, "\n"), strings.Join(s.Resources, " "),
	}, files...)
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// proveTimers reads both timers back: active, with a next elapse.
func proveTimers(a answer) error {
	for _, timer := range []string{"lease", "ttl"} {
		value, _ := a.get(timer)
		active, next, _ := strings.Cut(value, " ")
		if _, ok := span(next); active != "active" || !ok {
			return fmt.Errorf("the %s timer does not read back as running (%q)", timer, value)
		}
	}
	return nil
}

// Differences names each line that is in only one of two fingerprints.
func Differences(before, after []string) []string {
	var diff []string
	for _, l := range before {
		if !slices.Contains(after, l) {
			diff = append(diff, "-"+l)
		}
	}
	for _, l := range after {
		if !slices.Contains(before, l) {
			diff = append(diff, "+"+l)
		}
	}
	return diff
}

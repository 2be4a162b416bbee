package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// schedule is what is done to one cloud: the faults that eris is told to make,
// and what befalls eris and the nodes meanwhile. The same seed makes the same.
type schedule struct {
	Seed   uint64
	Faults []strike
	Acts   []act
}

// strike is a fault of the scenario.
type strike struct {
	Name, Fault, Target string // fault and target as in a scenario, without braces
	At, Hold            time.Duration
}

// kind is the name of its kind.
func (f strike) kind() string {
	name, _, _ := strings.Cut(strings.TrimPrefix(f.Fault, "fault: "), ",")
	return name
}

// act is what happens from outside, counted from the moment at which eris says
// that the chaos phase has begun.
type act struct {
	What happening
	Node string        // of cut and reboot
	At   time.Duration // from the start of chaos
	For  time.Duration // of cut
}

type happening string

// The acts: eris is killed, or told to stop; a node's way to eris is cut for a
// while; a node loses its power and boots again.
const (
	kill   happening = "kill -9 of eris"
	stop   happening = "interrupt of eris"
	cut    happening = "cut of the network"
	reboot happening = "reboot"
)

// chaos is how long the chaos phase of a schedule is, lease what a node waits
// for eris: short, and long enough to arm within half of it on a machine that
// has other things to do.
const (
	chaos = 5 * time.Second
	lease = 4 * time.Second
)

// draw makes a schedule of a seed for a cloud: one to three faults, and up to
// three acts. Where a plan is refused the next one of that seed is drawn.
func draw(seed, again uint64, on stage) schedule {
	random := rand.New(rand.NewPCG(seed, 0x5ced+again))
	s := schedule{Seed: seed}
	of := func(list []string) string { return list[random.IntN(len(list))] }
	between := func(least, most time.Duration) time.Duration {
		return (least + time.Duration(random.Int64N(int64(most-least)))).Truncate(10 * time.Millisecond)
	}
	used := map[string]bool{} // two faults on one target are refused when they are planned
	for i := range 1 + random.IntN(3) {
		n := on.numbers[random.IntN(len(on.numbers))]
		target := n.target(of(on.services))
		if used[target] {
			continue
		}
		used[target] = true
		hold := between(300*time.Millisecond, 3*time.Second)
		s.Faults = append(s.Faults, strike{
			Name: fmt.Sprintf("fault-%d", i+1), Fault: n.fault(),
			Target: target + ", count: " + of([]string{"1", "1", "max"}),
			At:     between(0, chaos-hold), Hold: hold,
		})
	}
	for range random.IntN(4) {
		a := act{What: []happening{kill, stop, cut, cut, reboot, reboot}[random.IntN(6)], At: between(0, chaos)}
		switch a.What {
		case cut:
			a.Node, a.For = of(on.nodes), between(200*time.Millisecond, 2*lease)
		case reboot:
			a.Node = of(on.nodes)
		case kill, stop:
		}
		s.Acts = append(s.Acts, a)
	}
	return s
}

// scenario is what eris is given to run.
func (s schedule) scenario() string {
	var b strings.Builder
	fmt.Fprintf(&b, "version: eris/v1\nname: schedule-%d\nphases: {chaos: %v}\nstop_when: {none: a random schedule}\nfaults:\n", s.Seed, chaos)
	for _, f := range s.Faults {
		fmt.Fprintf(&b, "  %s: {%s, target: {%s}, start: {at: %v}, hold: %v}\n", f.Name, f.Fault, f.Target, f.At, f.Hold)
	}
	return b.String()
}

// String is the schedule as a person reads it.
func (s schedule) String() string {
	var parts []string
	for _, f := range s.Faults {
		parts = append(parts, fmt.Sprintf("%v %s {%s} for %v", f.At, strings.TrimPrefix(f.Fault, "fault: "), f.Target, f.Hold))
	}
	for _, a := range s.Acts {
		text := fmt.Sprintf("%v %s", a.At, a.What)
		if a.Node != "" {
			text += " " + a.Node
		}
		if a.For > 0 {
			text += fmt.Sprintf(" for %v", a.For)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// smaller are the schedules with one part less.
func (s schedule) smaller() []schedule {
	var list []schedule
	for i := range s.Acts {
		one := s
		one.Acts = append(append([]act(nil), s.Acts[:i]...), s.Acts[i+1:]...)
		list = append(list, one)
	}
	for i := range s.Faults {
		if len(s.Faults) == 1 {
			break
		}
		one := s
		one.Faults = append(append([]strike(nil), s.Faults[:i]...), s.Faults[i+1:]...)
		list = append(list, one)
	}
	return list
}

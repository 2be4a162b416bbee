package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Smoke is the life of one server in a lab: booted through Nova, reached
// through its floating IP, deleted. It is what a cloud is for.
type Smoke struct {
	Server  string      `json:"server,omitempty"`  // its id
	Host    string      `json:"host,omitempty"`    // the compute that ran it
	Address string      `json:"address,omitempty"` // its floating IP
	Steps   []SmokeStep `json:"steps"`             // those that were tried, in order
}

// SmokeStep is one step and how long it took until it held.
type SmokeStep struct {
	Name   string `json:"name"`
	TookMS int64  `json:"took_ms"`
	Why    string `json:"why,omitempty"` // when it failed
}

// RunSmoke boots a server in a lab that is up, reaches it by ping, HTTP and
// SSH, and deletes it. Every step is bounded; the error names the first that
// failed and what the cloud said. What it made is taken away in any case.
func RunSmoke(ctx context.Context, o Options) (Smoke, error) {
	o, profile, err := openLab(o)
	if err != nil {
		return Smoke{}, fmt.Errorf("smoke check: %w", err)
	}
	return smokeLab(ctx, o, profile)
}

func smokeLab(ctx context.Context, o Options, profile *Profile) (Smoke, error) {
	if !profile.bootsServers() {
		return Smoke{}, fmt.Errorf("smoke check: lab %s is of profile %s, which runs no servers", o.Name, profile.Name)
	}
	k, err := readKeys(o.paths(), profile)
	if err != nil {
		return Smoke{}, fmt.Errorf("smoke check: %w", err)
	}
	return smoke(ctx, newClient(o.paths()).dialer.dial, &renderer{name: o.Name, profile: profile, keys: k})
}

// prove ends the making of a lab that runs servers with one server's life.
func prove(ctx context.Context, o Options, profile *Profile, w *stopwatch) error {
	if !profile.bootsServers() {
		return nil
	}
	o.Progress("smoke", "booting a server, reaching it through its floating IP, deleting it")
	return w.lap("smoke check", func() error {
		s, err := smokeLab(ctx, o, profile)
		for _, step := range s.Steps {
			o.Progress("smoke", fmt.Sprintf("%6.1f s  %s", float64(step.TookMS)/1000, step.Name))
		}
		if err != nil && s.Host != "" {
			err = withJournals(ctx, o.paths(), err, []unitsOn{{s.Host, profile.parts["nova-compute"].Units}})
		}
		return err
	})
}

// AddSmoke makes a smoke check and its error part of a status.
func (s *Status) AddSmoke(check Smoke, err error) {
	s.Smoke = &check
	if err != nil {
		s.Wrong, s.Healthy = append(s.Wrong, err.Error()), false
	}
}

// openLab reads which profile a lab that is up is of.
func openLab(o Options) (Options, *Profile, error) {
	o, err := o.withDefaults()
	if err != nil {
		return o, nil, err
	}
	s, err := readStamp(o.paths())
	if err != nil {
		return o, nil, err
	}
	profile, err := loadProfile(s.Profile)
	return o, profile, err
}

// bootsServers says whether a boot through Nova gives a server that answers.
func (p *Profile) bootsServers() bool {
	return p.parts["nova-compute"] != nil && p.parts["networks"] != nil
}

// smoke runs the check on a lab that need not be complete yet.
func smoke(ctx context.Context, dial dialFunc, r *renderer) (Smoke, error) {
	w, err := newSmokeWorld(dial, r)
	if err != nil {
		return Smoke{Steps: []SmokeStep{}}, fmt.Errorf("smoke check: %w", err)
	}
	s := Smoke{Steps: []SmokeStep{}}
	err = s.do(ctx, []smokeAct{
		{"log in", 20 * time.Second, w.logIn},
		{"find image, flavor and networks", 20 * time.Second, w.find},
		{"boot a server", 30 * time.Second, w.boot},
		{"wait until it is active", 120 * time.Second, w.waitActive},
		{"give it a floating IP", 30 * time.Second, w.addAddress},
		{"HTTP", 60 * time.Second, w.askWeb},
		{"ping", 15 * time.Second, w.ping},
		{"a port that no rule opens", 15 * time.Second, w.closedPort},
		{"read its console", 30 * time.Second, w.readConsole},
		{"SSH", 30 * time.Second, w.logInToServer},
	})
	// also when the caller has given up: nothing of it may stay
	after := context.WithoutCancel(ctx)
	err = errors.Join(err, s.do(after, []smokeAct{{"delete all of it", 90 * time.Second, w.deleteAll}}))
	s.Server, s.Host, s.Address = w.server, w.host, w.address
	if err != nil {
		return s, fmt.Errorf("smoke check: %w", err)
	}
	return s, nil
}

// smokeAct is a step: it returns nil once what it is about holds, and the last
// reason why not when its time is over.
type smokeAct struct {
	name  string
	limit time.Duration
	run   func(ctx context.Context) error
}

// do runs steps until one fails.
func (s *Smoke) do(ctx context.Context, acts []smokeAct) error {
	for _, act := range acts {
		started := time.Now()
		ctx, cancel := context.WithTimeout(ctx, act.limit)
		err := act.run(ctx)
		cancel()
		step := SmokeStep{Name: act.name, TookMS: time.Since(started).Milliseconds()}
		if err != nil {
			step.Why = err.Error()
		}
		s.Steps = append(s.Steps, step)
		if err != nil {
			return fmt.Errorf("%s: %w", act.name, err)
		}
	}
	return nil
}

// Healthy says whether every step held.
func (s Smoke) Healthy() bool {
	return len(s.Steps) > 0 && !slices.ContainsFunc(s.Steps, func(step SmokeStep) bool { return step.Why != "" })
}

// Write prints the steps, one a line.
func (s Smoke) Write(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "  smoke check: server %s on %s at %s\n", orNone(s.Server), orNone(s.Host), orNone(s.Address)); err != nil {
		return err
	}
	for _, step := range s.Steps {
		mark := "ok"
		if step.Why != "" {
			mark = step.Why
		}
		if _, err := fmt.Fprintf(w, "    %-34s%6.1f s  %s\n", step.Name, float64(step.TookMS)/1000, mark); err != nil {
			return err
		}
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

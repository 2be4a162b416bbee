package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Smoke is the life of one server in a lab: booted through Nova, reached
// through its floating IP, deleted. It is what a cloud is for.
type Smoke struct {
	Server  string      `json:"server,omitempty"`  // its id
	Host    string      `json:"host,omitempty"`    // the compute that ran it
	Address string      `json:"address,omitempty"` // its floating IP
	Steps   []SmokeStep `json:"steps"`             // those that were tried, in order
	Said    []Said      `json:"said,omitempty"`    // by those who can tell why a step failed
}

// Said is what a node said last of something.
type Said struct {
	Node  string `json:"node"`
	About string `json:"about"` // units, or the node itself
	Text  string `json:"text"`  // ends of the journal and of logs, or of the console
}

// SmokeStep is one step and how long it took until it held.
type SmokeStep struct {
	Name   string `json:"name"`
	TookMS int64  `json:"took_ms"`
	Why    string `json:"why,omitempty"` // when it failed
}

// Names of the steps after which others can tell why they failed.
const (
	smokeLogIn   = "log in"
	smokeFind    = "find image, flavor and networks"
	smokeBoot    = "boot a server"
	smokeActive  = "wait until it is active"
	smokeConsole = "read its console"
	smokeDelete  = "delete all of it"
)

// RunSmoke boots a server in a lab that is up, reaches it by ping, HTTP and
// SSH, and deletes it. Every step is bounded; the error names the first that
// failed and what the cloud said. What it made is taken away in any case. A check that
// failed has the words of the units concerned, as an Up that ends with it.
func RunSmoke(ctx context.Context, o Options) (Smoke, error) {
	o, profile, err := openLab(o)
	if err != nil {
		return Smoke{}, fmt.Errorf("smoke check: %w", err)
	}
	s, err := smokeLab(ctx, o, profile, io.Discard)
	if err != nil && ctx.Err() == nil {
		s.listen(ctx, o.paths(), profile)
	}
	return s, err
}

// listen keeps what those say who can tell why it failed.
func (s *Smoke) listen(ctx context.Context, p paths, profile *Profile) {
	for _, said := range testimonies(ctx, p, profile, s.witnesses(profile), smokeJournals) {
		s.Said = append(s.Said, Said{Node: said.Node, About: said.About, Text: said.Journal})
	}
}

func smokeLab(ctx context.Context, o Options, profile *Profile, hear io.Writer) (Smoke, error) {
	if !profile.bootsServers() {
		return Smoke{}, fmt.Errorf("smoke check: lab %s is of profile %s, which runs no servers", o.Name, profile.Name)
	}
	if err := goesOn(o); err != nil {
		return Smoke{}, fmt.Errorf("smoke check: %w", err)
	}
	k, err := readKeys(o.paths(), profile)
	if err != nil {
		return Smoke{}, fmt.Errorf("smoke check: %w", err)
	}
	return smoke(ctx, newClient(o.paths()).dialer.dial, &renderer{name: o.Name, profile: profile, keys: k}, o.paths().smoke, hear)
}

// prove ends the making of a lab that runs servers with one server's life.
func prove(ctx context.Context, o Options, profile *Profile, w *stopwatch) error {
	if !profile.bootsServers() {
		return nil
	}
	o.Progress("smoke", "booting a server, reaching it through its floating IP, deleting it")
	return w.lap("smoke check", func() error {
		var s Smoke
		err := withNews(o.about("smoke"), "the check", func(hear io.Writer) (err error) {
			s, err = smokeLab(ctx, o, profile, hear)
			return err
		})
		for _, step := range s.Steps {
			o.Progress("smoke", fmt.Sprintf("%6.1f s  %s", float64(step.TookMS)/1000, step.Name))
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		return withJournals(ctx, o.paths(), profile, err, s.witnesses(profile), smokeJournals)
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
	profile, err := s.load(o)
	return o, profile, err
}

// bootsServers says whether a boot through Nova gives a server that answers.
func (p *Profile) bootsServers() bool {
	return p.does(runsServers) && p.does(givesNetworks)
}

// smoke runs the check on a lab that need not be complete yet. Each step is
// named to hear when it begins. What it makes is noted in a folder while it is there.
func smoke(ctx context.Context, dial dialFunc, r *renderer, notes string, hear io.Writer) (Smoke, error) {
	w, err := newSmokeWorld(dial, r, notes)
	var note *smokeNote
	if err == nil {
		note, err = noteSmoke(notes, w.name)
	}
	if err != nil {
		return Smoke{Steps: []SmokeStep{}}, fmt.Errorf("smoke check: %w", err)
	}
	s := Smoke{Steps: []SmokeStep{}}
	err = s.do(ctx, hear, []smokeAct{
		{smokeLogIn, 20 * time.Second, w.logIn},
		{smokeFind, 20 * time.Second, w.find},
		{"take away what earlier checks left", 90 * time.Second, w.clear},
		{smokeBoot, 30 * time.Second, w.boot},
		{smokeActive, 120 * time.Second, w.waitActive},
		{"give it a floating IP", 30 * time.Second, w.addAddress},
		{"HTTP", 60 * time.Second, w.askWeb},
		{"ping", 15 * time.Second, w.ping},
		{"a port that no rule opens", 15 * time.Second, w.closedPort},
		{smokeConsole, 30 * time.Second, w.readConsole},
		{"SSH", 30 * time.Second, w.logInToServer},
	})
	// also when the caller has given up: nothing of it may stay
	after := context.WithoutCancel(ctx)
	left := s.do(after, hear, []smokeAct{{smokeDelete, 90 * time.Second, w.deleteAll}})
	err = errors.Join(err, left, note.end(left != nil))
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
func (s *Smoke) do(ctx context.Context, hear io.Writer, acts []smokeAct) error {
	for _, act := range acts {
		_, _ = fmt.Fprintln(hear, act.name) // whoever hears may have gone
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
	for _, said := range s.Said {
		text := strings.ReplaceAll(said.Text, "\n", "\n      ")
		if _, err := fmt.Fprintf(w, "    the last that %s says of %s:\n      %s\n", said.Node, said.About, text); err != nil {
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

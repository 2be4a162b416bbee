package systemd

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Transient asks for a unit that is made at run time, as systemd-run does.
type Transient struct {
	Unit            string // name without or with its suffix; "": one is found
	Description     string
	Args            []string
	Properties      []string // KEY=VALUE of the service
	TimerProperties []string // KEY=VALUE of the timer; with any, a timer is made
	Environment     []string
	Collect         bool
	Stdin           io.Reader // nil: an empty one
	Stdout, Stderr  io.Writer // nil: nobody reads it
}

// Exit is how a unit ended.
type Exit struct {
	Code   int
	Result string
}

// Run makes and starts a transient unit and returns its name. A unit of that
// name that is loaded already is an error.
func (m *Manager) Run(t Transient) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, err := m.transient(t)
	if err != nil {
		return "", err
	}
	return u.Name, nil
}

// RunAndWait is Run, and then waits until the unit has ended.
func (m *Manager) RunAndWait(ctx context.Context, t Transient) (Exit, error) {
	m.mu.Lock()
	u, err := m.transient(t)
	m.mu.Unlock()
	if err != nil {
		return Exit{}, err
	}
	if err := m.wait(ctx, func() bool { return u.Active == "inactive" || u.Active == "failed" }); err != nil {
		return Exit{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	code := u.exitCode
	if u.exitSignal != 0 || u.Result == "timeout" {
		code = 255
	}
	return Exit{Code: code, Result: u.Result}, nil
}

func (m *Manager) transient(t Transient) (*Unit, error) {
	if m.halted {
		return nil, context.Canceled
	}
	if t.Unit == "" {
		m.names++
		t.Unit = "run-u" + strconv.Itoa(m.names)
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(t.Unit, ".service"), ".timer")
	service, timer := stem+".service", stem+".timer"
	for _, name := range []string{service, timer} {
		if u := m.units[name]; u != nil || m.load(name).state != "not-found" {
			if name == timer && len(t.TimerProperties) == 0 {
				continue
			}
			return nil, fmt.Errorf("Failed to start transient service unit: Unit %s was already loaded or has a fragment file.", name) //nolint:staticcheck,revive // systemd-run's words
		}
	}
	if err := m.write(service, t.service()); err != nil {
		return nil, err
	}
	u := m.unit(service)
	u.piped = streams{stdin: t.Stdin, stdout: t.Stdout, stderr: t.Stderr}
	if len(t.TimerProperties) > 0 {
		if err := m.write(timer, t.timer(service)); err != nil {
			return nil, err
		}
		u = m.unit(timer)
	}
	if u.state != "loaded" {
		delete(m.units, u.Name)
		return nil, fmt.Errorf("Failed to start transient unit: %v", u.err) //nolint:staticcheck,errorlint // systemd-run's words
	}
	m.log(u.Name, "asked", "run "+strings.Join(t.Args, " "))
	return u, m.start(u)
}

func (m *Manager) write(name, text string) error {
	return m.opt.FS.WriteFile(transientDir+"/"+name, []byte(text), 0o644)
}

func (t Transient) service() string {
	var b strings.Builder
	description := t.Description
	if description == "" {
		description = strings.Join(t.Args, " ")
	}
	fmt.Fprintf(&b, "[Unit]\nDescription=%s\n", strings.ReplaceAll(description, "\n", " "))
	if t.Collect {
		b.WriteString("CollectMode=inactive-or-failed\n")
	}
	fmt.Fprintf(&b, "\n[Service]\nExecStart=%s\n", quoteExec(t.Args))
	if len(t.Environment) > 0 {
		fmt.Fprintf(&b, "Environment=%s\n", quoteExec(t.Environment))
	}
	for _, property := range t.Properties {
		fmt.Fprintln(&b, property)
	}
	return b.String()
}

func (t Transient) timer(service string) string {
	collect := ""
	if t.Collect {
		collect = "CollectMode=inactive-or-failed\n"
	}
	return fmt.Sprintf("[Unit]\nDescription=%s\n%s\n[Timer]\nRemainAfterElapse=no\nUnit=%s\n%s\n",
		strings.Join(t.Args, " "), collect, service, strings.Join(t.TimerProperties, "\n"))
}

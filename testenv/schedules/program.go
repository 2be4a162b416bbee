package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// program is an eris that runs, or has ended.
type program struct {
	cmd  *exec.Cmd
	over chan struct{} // closed when it has ended

	mu    sync.Mutex
	lines []string
	began time.Time     // when it said that chaos begins
	news  chan struct{} // closed when it has said so
}

// write puts the schedule's scenario into the trial's own folder.
func (t *trial) write() (file string, err error) {
	file = filepath.Join(t.dir, "scenario.yaml")
	if err := os.WriteFile(file, []byte(t.schedule.scenario()), 0o600); err != nil {
		return "", fmt.Errorf("write scenario: %w", err)
	}
	return file, nil
}

// environment is eris' own in a trial.
func (t *trial) environment() []string {
	return append(os.Environ(), "NO_COLOR=1", "TERM=dumb", "ERIS_INVENTORY=", "TMPDIR="+t.dir, "XDG_STATE_HOME="+filepath.Join(t.dir, "state"))
}

// start runs the schedule's scenario in the trial's own folder.
func (t *trial) start(ctx context.Context, eris string) (*program, error) {
	file, err := t.write()
	if err != nil {
		return nil, err
	}
	p := &program{
		cmd: exec.CommandContext(ctx, eris, "run", file, "-i", t.place.Inventory(), "--plain", "--yes", "--settle", "1s",
			"--lease", lease.String(), "--seed", fmt.Sprint(t.schedule.Seed)),
		over: make(chan struct{}), news: make(chan struct{}),
	}
	p.cmd.Dir = t.dir
	p.cmd.Env = t.environment()
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := p.cmd.StderrPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start eris: %w", err)
	}
	go func() {
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			p.heard(lines.Text())
		}
		_ = p.cmd.Wait() // how it ended is in ProcessState
		close(p.over)
	}()
	return p, nil
}

func (p *program) heard(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, line)
	if p.began.IsZero() && strings.HasSuffix(line, "phase chaos") {
		p.began = time.Now()
		close(p.news)
	}
}

// chaos waits for the start of the chaos phase; false when it ended before.
func (p *program) chaos() (began time.Time, ok bool) {
	select {
	case <-p.news:
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.began, true
	case <-p.over:
		return time.Time{}, false
	}
}

func (p *program) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

func (p *program) kill()      { _ = p.cmd.Process.Kill() }               // it may have ended
func (p *program) interrupt() { _ = p.cmd.Process.Signal(os.Interrupt) } // as above

// end waits for its end and says in words what it was. An undo that was not
// verified is wrong, and so is an internal error: no schedule is that bad.
func (p *program) end(most time.Duration) (how string, err error) {
	select {
	case <-p.over:
	case <-time.After(most):
		p.kill()
		<-p.over
		return "", fmt.Errorf("eris did not end within %v:\n%s", most, p.said())
	}
	switch code := p.cmd.ProcessState.ExitCode(); code {
	case -1:
		return "was killed", nil
	case 1, 6:
		return "", fmt.Errorf("eris ended with %d:\n%s", code, p.said())
	default:
		return fmt.Sprintf("ended with %d", code), nil
	}
}

// build makes the program, in a folder of its own.
func build(ctx context.Context) (eris string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "eris-schedules-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(folder) } // a temporary folder that stays does no harm
	eris = filepath.Join(folder, "eris")
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", eris, "github.com/openstack-eris/eris/cmd/eris").CombinedOutput(); err != nil {
		remove()
		return "", nil, errors.New(string(said))
	}
	return eris, remove, nil
}

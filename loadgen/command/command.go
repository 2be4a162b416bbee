package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// placeholder stands, in an argument, for the path of a file of one run's own.
const placeholder = "{results}"

// Run is exec.command: a program beside the faults, on the machine of Eris and as
// the user who runs Eris. It is started as it stands, by no shell.
type Run struct {
	Command []string          `yaml:"command" help:"the program and its arguments; {results} in one of them is the path of a file that is to be written"`
	Folder  string            `yaml:"folder" help:"where it runs; empty: where eris runs"`
	Env     map[string]string `yaml:"env" help:"added to its environment"`
	Right   []int             `yaml:"right" help:"exit codes that are right (default 0)"`
	Results string            `yaml:"results" help:"what it tells of its tests, each of which becomes an operation: rally (task report --json), subunit (version 2), junit, in the file {results} alone; the others there or else on its standard output; exit (default): nothing"`
	Grace   time.Duration     `yaml:"grace" help:"between SIGTERM and SIGKILL, where it is cut"`
}

// NewRun has the defaults.
func NewRun() *Run { return &Run{Right: []int{0}, Results: exitOnly, Grace: 10 * time.Second} }

// Validate tells what is wrong with the arguments.
func (w *Run) Validate() error {
	var wrong []error
	if len(w.Command) == 0 || w.Command[0] == "" {
		wrong = append(wrong, errors.New("command: there is no program"))
	}
	if _, known := formats()[w.Results]; !known {
		wrong = append(wrong, fmt.Errorf("results: %q is none of exit, junit, rally and subunit", w.Results))
	}
	if w.Results == exitOnly && w.file() {
		wrong = append(wrong, fmt.Errorf("command: it is to write %s, and results does not say what of", placeholder))
	}
	if w.Results == "junit" && !w.file() {
		wrong = append(wrong, fmt.Errorf("results: JUnit tells no times of day, by which an old one would be known: have the program write %s", placeholder))
	}
	for name := range w.Env {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			wrong = append(wrong, fmt.Errorf("env: %q is no name of a variable", name))
		}
	}
	for _, code := range w.Right {
		if code < 0 || code > 255 {
			wrong = append(wrong, fmt.Errorf("right: %d is no exit code", code))
		}
	}
	if w.Grace < 0 || w.Grace > time.Minute {
		wrong = append(wrong, fmt.Errorf("grace: %s is not from 0s to 1m", w.Grace))
	}
	return errors.Join(wrong...)
}

// Program is what is started.
func (w *Run) Program() []string { return w.Command }

// file tells whether the results are in a file.
func (w *Run) file() bool {
	return slices.ContainsFunc(w.Command, func(arg string) bool { return strings.Contains(arg, placeholder) })
}

// Open finds the program; nothing is started.
func (w *Run) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("exec.command: %w", err)
	}
	program := w.Command[0]
	if w.Folder != "" && strings.Contains(program, "/") && !filepath.IsAbs(program) {
		program = filepath.Join(w.Folder, program)
	}
	program, err := exec.LookPath(program)
	if err == nil {
		program, err = filepath.Abs(program)
	}
	if err != nil {
		return nil, fmt.Errorf("exec.command: %w", err)
	}
	folder, err := os.MkdirTemp("", "eris-command-")
	if err != nil {
		return nil, fmt.Errorf("exec.command: %w", err)
	}
	s := &session{Run: *w, program: program, folder: folder, groups: groups{living: map[int]bool{}}, env: append(os.Environ(), "ERIS_RUN="+env.Run, "ERIS_LOAD="+env.Load)}
	if env.Clouds != "" {
		s.env = append(s.env, "OS_CLIENT_CONFIG_FILE="+env.Clouds, "OS_CLOUD="+env.Cloud)
	}
	for name, value := range w.Env {
		s.env = append(s.env, name+"="+value)
	}
	return s, nil
}

type session struct {
	Run
	program string
	folder  string // of the results
	env     []string
	groups  groups
}

// Iterate runs the program once. One that is cut is given the grace, beside the
// load; Close waits for it.
func (s *session) Iterate(ctx context.Context, iteration int64, rec loadgen.Recorder) loadgen.Outcome {
	args, file := slices.Clone(s.Command[1:]), ""
	if s.file() {
		file = filepath.Join(s.folder, strconv.FormatInt(iteration, 10))
		defer func() { _ = os.Remove(file) }() // the folder goes with the session
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], placeholder, file)
		}
	}
	p := &process{
		out:  loadgen.Capped{Most: outputMost},
		path: s.program, args: args, dir: s.Folder, grace: s.Grace,
		env: append(slices.Clone(s.env), "ERIS_ITERATION="+strconv.FormatInt(iteration, 10)),
	}
	began := time.Now()
	code, err := p.run(ctx, &s.groups)
	if err != nil {
		return loadgen.Outcome{Class: loadgen.Classify(err), Err: err}
	}
	o := loadgen.Outcome{}
	if !slices.Contains(s.Right, code) {
		o = loadgen.Outcome{Class: record.WrongResult, Err: fmt.Errorf("exec.command: exit code %d: %s", code, p.lastWords())}
	}
	if err := s.results(p, file, began, rec); err != nil {
		o = loadgen.Outcome{Class: record.WrongResult, Err: errors.Join(o.Err, fmt.Errorf("exec.command: %w", err))}
	}
	return o
}

// results makes operations of what the program told.
func (s *session) results(p *process, file string, began time.Time, rec loadgen.Recorder) error {
	read := formats()[s.Results]
	if read == nil {
		return nil
	}
	text, err := p.output()
	if file != "" {
		text, err = readFile(file)
	}
	if err != nil {
		return err
	}
	steps, err := read(text, began)
	if err != nil {
		return fmt.Errorf("read its results as %s: %w", s.Results, err)
	}
	if len(steps) == 0 {
		return fmt.Errorf("its results (%s) tell of nothing", s.Results)
	}
	if err := believable(steps, began, time.Now()); err != nil {
		return err
	}
	for _, step := range steps {
		loadgen.Told(rec, step.name, step.began, step.ended, step.outcome())
	}
	return nil
}

// Close waits for the programs that were cut, and kills them when ctx ends.
func (s *session) Close(ctx context.Context) error {
	defer context.AfterFunc(ctx, s.groups.kill)()
	s.groups.waiting.Wait()
	return os.RemoveAll(s.folder)
}

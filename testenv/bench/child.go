package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// childFlag makes the program a child of itself.
const childFlag = "-child"

// child is the main of a process of its own. It gets its arguments as JSON and
// writes what it has to say as JSON lines to out. It ends when ctx is done or
// its standard input ends, which is when its parent does.
type child func(ctx context.Context, args []byte, out io.Writer) error

func runChild(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	c, ok := children()[args[0]]
	if !ok || len(args) != 2 {
		return fmt.Errorf("no child %q", args)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, in) // its end is what counts
		cancel()
	}()
	return c(ctx, []byte(args[1]), out)
}

// process is a running child.
type process struct {
	command *exec.Cmd
	in      io.Closer
	lines   *json.Decoder
}

// start runs the child of a name.
func start(ctx context.Context, name string, args any) (*process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	encoded, err := json.Marshal(args)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	command := exec.CommandContext(ctx, program, childFlag, name, string(encoded))
	command.Stderr, command.WaitDelay = os.Stderr, time.Second
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return &process{command: command, in: in, lines: json.NewDecoder(bufio.NewReader(out))}, nil
}

// read waits for the next thing that the child says.
func (p *process) read(into any) error {
	if err := p.lines.Decode(into); err != nil {
		return fmt.Errorf("read child: %w", err)
	}
	return nil
}

// end asks the child to end and waits for it.
func (p *process) end() error {
	if err := p.in.Close(); err != nil {
		return fmt.Errorf("end child: %w", err)
	}
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("end child: %w", err)
	}
	return nil
}

// ask runs a child that says one thing and ends.
func ask(ctx context.Context, name string, args, into any) error {
	p, err := start(ctx, name, args)
	if err != nil {
		return err
	}
	said := p.read(into)
	if err := p.end(); err != nil {
		return err
	}
	return said
}

// say writes one thing for the parent.
func say(out io.Writer, what any) error { return json.NewEncoder(out).Encode(what) }

// Package shell runs POSIX sh scripts on a simulated node, through
// mvdan.cc/sh. Every handler of the interpreter is replaced: commands are Go
// functions, files are those of the node's memory file system, and what is not
// known there is "not found" (127). No script reaches the machine that the
// simulation runs on.
package shell

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"mvdan.cc/sh/v3/interp"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// Exit statuses with a fixed meaning.
const (
	Usage    = 2   // wrong arguments
	NotFound = 127 // no such command
	Killed   = 137 // ended by SIGKILL
)

// Command is a simulated program. It returns its exit status and ends soon
// after ctx does.
type Command func(ctx context.Context, p *Proc) int

// Shell is what scripts of one node run in. Its fields are set before the
// first use and not changed afterwards.
type Shell struct {
	FS       *memfs.FS
	Commands map[string]Command
	// Detach starts a process that outlives the script that starts it, until the
	// node goes down, and tells its exit status. Without it setsid runs its program
	// in the script's own process.
	Detach func(*Proc) <-chan int
	// Datagrams opens what writes packets of UDP to a port of a host, one with each
	// write, as bash's redirections to /dev/udp do. It may be nil.
	Datagrams func(host string, port int) (io.WriteCloser, error)
	// Gate returns when the script that ctx belongs to may go on: it waits
	// while the process is stopped or frozen. It may be nil.
	Gate func(context.Context)
}

// Run parses and runs the text of a script as the process that p describes:
// p.Args[0] is its $0 and the rest its parameters. It returns the exit status.
func (s *Shell) Run(ctx context.Context, p *Proc, text string) int {
	p = s.complete(p)
	p.Stdout, p.Stderr = outputs(p.Stdout, p.Stderr)
	file, err := parse(text, p.Args[0])
	if err != nil {
		p.Errorf("sh: %v", err)
		return Usage
	}
	stdin, release, err := asFile(p.Stdin)
	if err != nil {
		p.Errorf("sh: %v", err)
		return 1
	}
	defer release()
	runner, err := s.runner(p, stdin)
	if err != nil {
		p.Errorf("sh: %v", err)
		return Usage
	}
	// What a script leaves in the background ends with it; a script that
	// wants more asks setsid or systemd-run.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return status(runner.Run(ctx, file))
}

func status(err error) int {
	var exit interp.ExitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return int(exit)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Killed
	}
	return 1
}

// runner makes an interpreter of which nothing is left at its default. It is
// reset twice: the first reset stores for good where the interpreter would put
// its FIFOs (a path that no host can have), the second one sets the
// environment that scripts see.
func (s *Shell) runner(p *Proc, stdin *os.File) (*interp.Runner, error) {
	runner, err := interp.New(
		func(r *interp.Runner) error { r.Dir = p.Dir; return nil },
		interp.Env(environ{"TMPDIR": "/\x00", "HOME": "/", "UID": "0", "EUID": "0", "GID": "0"}),
		interp.Params(append([]string{"--"}, p.Args[1:]...)...),
		interp.StdIO(stdin, p.Stdout, p.Stderr),
		interp.CallHandler(s.call),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return s.exec }),
		interp.OpenHandler(s.open),
		interp.StatHandler(s.stat),
		interp.ReadDirHandler2(s.readDir),
		interp.AccessHandler(s.access),
	)
	if err != nil {
		return nil, err
	}
	runner.Reset()
	runner.Env = environ(p.Env)
	runner.Reset()
	return runner, nil
}

// asFile makes an *os.File of a reader: what the interpreter reads from must
// be one, and when it makes the pipe itself, nobody closes it.
func asFile(r io.Reader) (*os.File, func(), error) {
	if file, ok := r.(*os.File); ok {
		return file, func() {}, nil
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	if r == nil {
		write.Close()
		return read, func() { read.Close() }, nil
	}
	go func() {
		io.Copy(write, r)
		write.Close()
	}()
	return read, func() { read.Close() }, nil
}

func (s *Shell) exec(ctx context.Context, args []string) error {
	if s.Gate != nil {
		s.Gate(ctx)
	}
	hc := interp.HandlerCtx(ctx)
	env := map[string]string{}
	for name, v := range hc.Env.Each {
		if v.Exported && v.IsSet() {
			env[name] = v.String()
		}
	}
	code := s.Exec(ctx, &Proc{Args: args, Env: env, Dir: hc.Dir, Stdin: hc.Stdin, Stdout: hc.Stdout, Stderr: hc.Stderr})
	if err := ctx.Err(); err != nil {
		return err
	}
	if code != 0 {
		return interp.ExitStatus(code)
	}
	return nil
}

// Exec runs one command and returns its exit status.
func (s *Shell) Exec(ctx context.Context, p *Proc) int {
	p = s.complete(p)
	name := p.Args[0]
	if cut := strings.LastIndexByte(name, '/'); cut >= 0 && isBin(name[:cut]) {
		name = name[cut+1:]
	}
	command := s.Commands[name]
	if command == nil {
		return s.execFile(ctx, p)
	}
	if file, ok := p.Stdin.(*os.File); ok {
		done := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			file.SetReadDeadline(time.Now())
			close(done)
		})
		defer func() {
			if !stop() {
				<-done
				file.SetReadDeadline(time.Time{})
			}
		}()
	}
	return command(ctx, p)
}

// execFile runs a file of the node that is marked executable.
func (s *Shell) execFile(ctx context.Context, p *Proc) int {
	if !strings.Contains(p.Args[0], "/") {
		p.Errorf("sh: 1: %s: not found", p.Args[0])
		return NotFound
	}
	path := p.Path(p.Args[0])
	info, err := s.FS.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.Errorf("sh: 1: %s: not found", p.Args[0])
		return NotFound
	case err != nil || info.IsDir() || info.Mode()&0o111 == 0:
		p.Errorf("sh: 1: %s: Permission denied", p.Args[0])
		return 126
	}
	text, err := s.FS.ReadFile(path)
	if err != nil {
		p.Errorf("sh: 1: %s: %v", p.Args[0], err)
		return 126
	}
	return s.Run(ctx, p, string(text))
}

func isBin(dir string) bool {
	switch dir {
	case "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin":
		return true
	}
	return false
}

func (s *Shell) complete(p *Proc) *Proc {
	q := *p
	q.Shell = s
	if q.Dir == "" {
		q.Dir = "/"
	}
	if q.Stdout == nil {
		q.Stdout = io.Discard
	}
	if q.Stderr == nil {
		q.Stderr = io.Discard
	}
	return &q
}

func pathError(op, path string, errno syscall.Errno) error {
	return &fs.PathError{Op: op, Path: path, Err: errno}
}

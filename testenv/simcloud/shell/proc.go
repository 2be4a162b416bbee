package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"syscall"

	"mvdan.cc/sh/v3/expand"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// Proc is one run of a command.
type Proc struct {
	Args   []string          // name first
	Env    map[string]string // exported variables
	Dir    string
	Stdin  io.Reader // nil is an empty one
	Stdout io.Writer
	Stderr io.Writer
	Shell  *Shell // filled in by Shell
}

// FS is the file system of the node.
func (p *Proc) FS() *memfs.FS { return p.Shell.FS }

// Path makes a name absolute.
func (p *Proc) Path(name string) string {
	if strings.HasPrefix(name, "/") {
		return path.Clean(name)
	}
	return path.Join(p.Dir, name)
}

// Printf writes to the command's standard output. It reports whether that
// was taken; a command that prints much stops when it is not.
func (p *Proc) Printf(format string, args ...any) bool {
	_, err := fmt.Fprintf(p.Stdout, format, args...)
	return err == nil
}

// Errorf writes one line to the command's standard error.
func (p *Proc) Errorf(format string, args ...any) {
	fmt.Fprintf(p.Stderr, format+"\n", args...)
}

// Fail prints "NAME: message" and returns 1. An error of the file system is
// told as programs tell it: "NAME: PATH: No such file or directory".
func (p *Proc) Fail(err error) int {
	if pathErr, is := errors.AsType[*fs.PathError](err); is {
		p.Errorf("%s: %s: %s", p.Args[0], pathErr.Path, Strerror(pathErr.Err))
	} else {
		p.Errorf("%s: %v", p.Args[0], err)
	}
	return 1
}

// Strerror is the C library's text for an error.
func Strerror(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return err.Error()
	}
	text := errno.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

// Input reads all of the standard input.
func (p *Proc) Input() ([]byte, error) {
	if p.Stdin == nil {
		return nil, nil
	}
	return io.ReadAll(p.Stdin)
}

// Run runs another command in this one's place: same environment, directory
// and streams.
func (p *Proc) Run(ctx context.Context, args []string) int {
	child := *p
	child.Args = args
	return p.Shell.Exec(ctx, &child)
}

// environ is an environment in which every variable is exported.
type environ map[string]string

func (e environ) Get(name string) expand.Variable {
	value, set := e[name]
	if !set {
		return expand.Variable{}
	}
	return expand.Variable{Set: true, Exported: true, Kind: expand.String, Str: value}
}

func (e environ) Each(yield func(string, expand.Variable) bool) {
	var _ iter.Seq2[string, expand.Variable] = e.Each
	for _, name := range slices.Sorted(maps.Keys(e)) {
		if !yield(name, e.Get(name)) {
			return
		}
	}
}

package shell

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"mvdan.cc/sh/v3/interp"
)

// pipeRoom is how many bytes certainly fit into a pipe that nobody reads.
const pipeRoom = 32 << 10

func absolute(ctx context.Context, name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(interp.HandlerCtx(ctx).Dir, name)
}

// open opens a file of the node. What is opened for reading becomes a filled
// pipe, because the interpreter reads from an *os.File only and closes that
// one itself.
func (s *Shell) open(ctx context.Context, name string, flag int, perm os.FileMode) (io.ReadWriteCloser, error) {
	name = absolute(ctx, name)
	if name == "/dev/null" {
		if flag&(os.O_WRONLY|os.O_RDWR) != 0 {
			return null{}, nil
		}
		return filled(nil)
	}
	if to, is := strings.CutPrefix(name, "/dev/udp/"); is && isBash(ctx) && s.Datagrams != nil {
		return s.socket(name, to)
	}
	if flag&(os.O_WRONLY|os.O_RDWR) != 0 {
		file, err := s.FS.Open(name, flag, perm)
		if err != nil {
			return nil, err
		}
		return file, nil
	}
	data, err := s.FS.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return filled(data)
}

func filled(data []byte) (io.ReadWriteCloser, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	fill := func() {
		write.Write(data)
		write.Close()
	}
	if len(data) > pipeRoom {
		go fill() // ends when the reader is closed, if not before
	} else {
		fill()
	}
	return read, nil
}

type null struct{}

func (null) Read([]byte) (int, error)    { return 0, io.EOF }
func (null) Write(p []byte) (int, error) { return len(p), nil }
func (null) Close() error                { return nil }

func (s *Shell) stat(ctx context.Context, name string, follow bool) (fs.FileInfo, error) {
	name = absolute(ctx, name)
	if follow {
		return s.FS.Stat(name)
	}
	return s.FS.Lstat(name)
}

func (s *Shell) readDir(ctx context.Context, name string) ([]fs.DirEntry, error) {
	return s.FS.ReadDir(absolute(ctx, name))
}

// access answers for root, who may do all but execute what has no x bit.
func (s *Shell) access(ctx context.Context, name string, mode interp.AccessMode) error {
	info, err := s.FS.Stat(absolute(ctx, name))
	if err != nil {
		return err
	}
	if mode&interp.AccessExec != 0 && !info.IsDir() && info.Mode()&0o111 == 0 {
		return pathError("access", name, syscall.EACCES)
	}
	return nil
}

// call rewrites what the interpreter would do itself, and what would reach the
// host by that, into commands of ours: lookups in the host's PATH, sourcing
// files, signals to host processes. Words that bash knows and dash does not
// are refused, so that a script that runs here runs on a real node.
func (s *Shell) call(ctx context.Context, args []string) ([]string, error) {
	switch args[0] {
	case "echo":
		return dashEcho(args), nil
	case "kill", "umask", "ulimit", "times", "hash", "newgrp", "bg", "fg", "fc", "jobs", "alias", "unalias":
		return s.own(ctx, args), nil
	case "command":
		return s.command(ctx, args), nil
	case "type":
		return s.own(ctx, args), nil
	case "eval":
		return s.eval(ctx, args), nil
	case ".":
		return s.source(ctx, args), nil
	case "[", "test":
		return ownerTests(args), nil
	case "pwd":
		return args[:1], nil
	case "source", "bind", "builtin", "caller", "compgen", "complete", "compopt", "declare", "typeset", "dirs", "disown",
		"enable", "history", "help", "let", "logout", "mapfile", "readarray", "popd", "pushd", "shopt", "suspend":
		return complain(ctx, args[0]+": not found", NotFound), nil
	}
	return args, nil
}

// own names a command of ours in place of a builtin of the same name.
func (s *Shell) own(ctx context.Context, args []string) []string {
	if s.Commands[args[0]] == nil {
		return complain(ctx, args[0]+": not found", NotFound)
	}
	return slices.Concat([]string{"/bin/" + args[0]}, args[1:])
}

// eval refuses what only bash's grammar has, which is the one that the
// interpreter reads an eval with.
func (s *Shell) eval(ctx context.Context, args []string) []string {
	if _, err := parse(evalText(args[1:]), "eval"); err != nil {
		return complain(ctx, "eval: "+err.Error(), Usage)
	}
	return args
}

// ownerTests turns -O and -G, which ask the host's user database, into -e:
// everything on a simulated node is root's.
func ownerTests(args []string) []string {
	args = slices.Clone(args)
	for i, arg := range args {
		if i+1 < len(args) && (arg == "-O" || arg == "-G") && (i == 1 || args[i-1] == "!" || args[i-1] == "(") {
			args[i] = "-e"
		}
	}
	return args
}

func (s *Shell) source(ctx context.Context, args []string) []string {
	if len(args) < 2 {
		return complain(ctx, ".: filename argument required", Usage)
	}
	text, err := s.FS.ReadFile(absolute(ctx, args[1]))
	if err == nil {
		_, err = parse(string(text), args[1])
	}
	if err != nil {
		// dash leaves the script when a special builtin fails.
		complain(ctx, ".: cannot open "+args[1]+": "+Strerror(err), Usage)
		return []string{"exit", "2"}
	}
	return []string{"eval", string(text)}
}

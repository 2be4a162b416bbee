package shell

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// bash is what of bash scripts may use here: the grammar of sh, and redirections to
// /dev/udp/HOST/PORT, which dash takes for a file that is not there.

type bashKey struct{}

func isBash(ctx context.Context) bool { return ctx.Value(bashKey{}) == true }

// asBash is sh, or bash.
func asBash(is bool) Command {
	return func(ctx context.Context, p *Proc) int { return runShell(context.WithValue(ctx, bashKey{}, is), p) }
}

// socket opens /dev/udp/HOST/PORT for writing.
func (s *Shell) socket(name, to string) (io.ReadWriteCloser, error) {
	host, text, _ := strings.Cut(to, "/")
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return nil, pathError("open", name, syscall.EINVAL)
	}
	out, err := s.Datagrams(host, port)
	if err != nil {
		errno := syscall.EIO
		_ = errors.As(err, &errno) // what is none is told as that
		return nil, pathError("open", name, errno)
	}
	return writeOnly{out}, nil
}

type writeOnly struct{ io.WriteCloser }

func (writeOnly) Read([]byte) (int, error) { return 0, os.ErrInvalid }

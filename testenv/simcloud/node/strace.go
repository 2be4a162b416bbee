package node

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// straces is strace of processes that run (-p), with -e inject and its output into a
// program (-o '|PROGRAM'). A daemon makes one system call for each that comes to it,
// which is whichever is meant; that it fails or comes late is told, and has no effect
// on the answer here.
type straces struct{ manager *systemd.Manager }

// tracee is what the options of strace say.
type tracee struct {
	pids  []int
	said  string // of a call to which it was done
	every int
	into  string // the program that reads it
}

func (s straces) strace(ctx context.Context, p *shell.Proc) int {
	t, err := traceeOf(p.Args[1:])
	if err != nil {
		p.Errorf("strace: %v", err)
		return 1
	}
	calls := make(chan struct{}, 1024)
	gone, letGo, failed, err := s.manager.Trace(ctx, t.pids, func() {
		select {
		case calls <- struct{}{}:
		default: // more than are written down
		}
	})
	if err != nil {
		p.Errorf("strace: attach: ptrace(PTRACE_SEIZE, %d): %s", failed, shell.Strerror(err))
		return 1
	}
	defer letGo()
	from, to := io.Pipe()
	reader := *p
	reader.Args, reader.Stdin = []string{"sh", "-c", t.into}, from
	read := make(chan struct{})
	go func() {
		defer close(read)
		reader.Shell.Exec(ctx, &reader)
		from.Close()
	}()
	defer func() {
		to.Close()
		<-read
	}()
	all := make(chan struct{})
	go func() {
		for _, one := range gone {
			<-one
		}
		close(all)
	}()
	for n := 1; ; {
		select {
		case <-ctx.Done():
			return shell.Killed
		case <-all:
			return 0
		case <-calls:
			if n%t.every == 0 {
				if _, err := io.WriteString(to, "read(0x3, 0x5640b72cd4a0, 0x1000) = "+t.said+"\n"); err != nil {
					return 1
				}
			}
			n++
		}
	}
}

// traceeOf reads the options; what else there is has no meaning here.
func traceeOf(args []string) (tracee, error) {
	t := tracee{every: 1}
	for len(args) > 0 {
		flag := args[0]
		args = args[1:]
		switch flag {
		case "-f", "-qq":
			continue
		case "-s", "-a", "-e", "-p", "-o":
		default:
			return t, errors.New("invalid option -- '" + flag + "'")
		}
		if len(args) == 0 {
			return t, errors.New("option requires an argument -- '" + flag[1:] + "'")
		}
		value := args[0]
		args = args[1:]
		if err := t.option(flag, value); err != nil {
			return t, err
		}
	}
	if len(t.pids) == 0 || t.said == "" || t.into == "" {
		return t, errors.New("must have -p PID, -e inject and -o |PROGRAM")
	}
	return t, nil
}

func (t *tracee) option(flag, value string) (err error) {
	switch flag {
	case "-p":
		for one := range strings.SplitSeq(value, ",") {
			pid, err := strconv.Atoi(one)
			if err != nil {
				return errors.New("Invalid process id: '" + one + "'")
			}
			t.pids = append(t.pids, pid)
		}
	case "-o":
		program, is := strings.CutPrefix(value, "|")
		if !is {
			return errors.New("only a program is written to")
		}
		t.into = program
	case "-e":
		if inject, is := strings.CutPrefix(value, "inject="); is {
			return t.inject(inject)
		}
	}
	return nil
}

func (t *tracee) inject(value string) error {
	_, how, _ := strings.Cut(value, ":")
	for part := range strings.SplitSeq(how, ":") {
		key, what, _ := strings.Cut(part, "=")
		switch key {
		case "error":
			t.said = "-1 " + what + " (INJECTED)"
		case "delay_enter":
			t.said = "0 (DELAYED)"
		case "when":
			first, _, _ := strings.Cut(what, "+")
			every, err := strconv.Atoi(first)
			if err != nil || every < 1 {
				return errors.New("invalid argument '" + value + "'")
			}
			t.every = every
		default:
			return errors.New("invalid argument '" + value + "'")
		}
	}
	return nil
}

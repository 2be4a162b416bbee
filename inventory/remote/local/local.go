// Package local runs commands on the machine where Eris runs, for nodes of the
// inventory that are local: without SSH, and otherwise as on any node.
package local

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"strings"
	"syscall"

	"github.com/openstack-eris/eris/inventory/remote"
)

// Machine is the one where this program runs. What it is asked to do gets a shell of
// its own session, which neither an interrupt at Eris' terminal nor the end of Eris
// ends, with the environment of a login and nothing of Eris'. It is a [remote.Starter].
type Machine struct {
	// Network is the file of the network namespace in which commands run; empty means
	// that of this process.
	Network string
}

var (
	errNoRoot = errors.New("the command needs root, and eris does not run as root: run it as root, or set ssh.sudo: true for this machine in the inventory")
	errUnseen = errors.New("its end was not seen")
)

// command is what is run, not started yet.
func (m Machine) command(cmd remote.Command, sudo bool) (*exec.Cmd, error) {
	var line []string
	if m.Network != "" {
		line = []string{"nsenter", "--net=" + m.Network, "--"}
	}
	if cmd.Root && os.Geteuid() != 0 {
		if !sudo {
			return nil, errNoRoot
		}
		line = append([]string{"sudo", "-n"}, line...)
	}
	line = append(append(line, "sh", "-c", cmd.Script, "eris"), cmd.Args...)
	size := 0
	for _, word := range line {
		if strings.ContainsRune(word, 0) {
			return nil, errors.New("the script or an argument holds a NUL byte")
		}
		size += len(word)
	}
	if size > remote.MaxLine { // what works here is to work on a node
		return nil, fmt.Errorf("the script with its arguments is %d bytes, and %d fit", size, remote.MaxLine)
	}
	c := exec.Command(line[0], line[1:]...) //nolint:noctx // what was handed over goes on, as on a node
	c.Env, c.Dir = environment(), "/"
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return c, nil
}

// environment is that of a login. SSH has no part in it, and says so.
func environment() []string {
	env := []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SHELL=/bin/sh", "ERIS_SSH_CONNECTION="}
	if u, err := user.Current(); err == nil {
		env = append(env, "HOME="+u.HomeDir, "USER="+u.Username, "LOGNAME="+u.Username)
	}
	return env
}

// Start is that of [remote.Starter].
func (m Machine) Start(cmd remote.Command, sudo bool, stdout, stderr io.Writer) (done <-chan remote.Ended, stop func(), err error) {
	c, err := m.command(cmd, sudo)
	if err != nil {
		return nil, nil, err
	}
	out, outWrite, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("make pipe: %w", err)
	}
	errs, errsWrite, err := os.Pipe()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("make pipe: %w", err), out.Close(), outWrite.Close())
	}
	c.Stdout, c.Stderr = outWrite, errsWrite
	stdin, err := c.StdinPipe()
	if err == nil {
		err = c.Start()
	}
	_, _ = outWrite.Close(), errsWrite.Close() // the command has its own
	if err != nil {
		_, _ = out.Close(), errs.Close() // nothing was written to them
		return nil, nil, fmt.Errorf("start command: %w", err)
	}
	ended := make(chan remote.Ended, 1)
	go func() { // as long as the command, whoever waits for it
		fed := make(chan struct{})
		go func() {
			_, _ = io.Copy(stdin, strings.NewReader(string(cmd.Stdin))) // the command need not read it
			_ = stdin.Close()                                           // it may have ended
			close(fed)
		}()
		read := make(chan struct{})
		go func() {
			_, _ = io.Copy(stderr, errs) // it ends with the stream
			close(read)
		}()
		_, _ = io.Copy(stdout, out)
		<-read
		_ = c.Wait() // how it ended is its state
		<-fed
		_, _ = out.Close(), errs.Close() // stop may have closed them
		ended <- endOf(c.ProcessState)
	}()
	return ended, func() { _, _, _ = out.Close(), errs.Close(), stdin.Close() }, nil
}

// endOf is the exit status as a shell has it.
func endOf(state *os.ProcessState) remote.Ended {
	if state == nil {
		return remote.Ended{Err: errUnseen}
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return remote.Ended{Exit: 128 + int(status.Signal())}
	}
	return remote.Ended{Exit: state.ExitCode()}
}

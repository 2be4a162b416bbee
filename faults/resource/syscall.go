package resource

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Syscall is process.syscall: system calls of a service's processes fail, or come
// late. strace is attached to all of them and those that they start, in a transient
// unit, and does to the calls what it is told: what fails is never made.
//
// strace seizes who it traces, which stops nobody, and lets go of all when it is
// asked to end; the kernel lets go of them where it is killed. One whose call was
// about to fail at that moment is told ENOSYS. All other calls of a traced process
// are slower, too.
//
// Sources: https://man7.org/linux/man-pages/man1/strace.1.html (inject),
// https://man7.org/linux/man-pages/man2/ptrace.2.html.
type Syscall struct {
	Calls []string      `yaml:"calls" help:"which system calls, by name (default fsync and fdatasync)"`
	Error string        `yaml:"error" help:"the error that they fail with, as ENOSPC; they are delayed if left out"`
	Delay time.Duration `yaml:"delay" help:"how late they are made, 1ms to 10s (default 200ms where there is no error)"`
	Every int           `yaml:"every" help:"1 for all of them, n for each n-th that a thread makes, up to 65535 (default 1)"`
}

// syscalls are the calls that may be meant: those with which a service reaches files,
// disks and peers, which both amd64 and arm64 have. With others it would end, or spin.
func syscalls() []string {
	return strings.Fields(`read readv pread64 write writev pwrite64 fsync fdatasync fallocate openat
		connect accept accept4 sendto sendmsg recvfrom recvmsg`)
}

// errnos are the errors that they may fail with. One that says "try again" would have
// a service spin.
func errnos() []string {
	return strings.Fields(`EIO ENOSPC EDQUOT EROFS EACCES ENOENT EMFILE ENFILE ENOMEM ENOBUFS EPIPE
		ECONNREFUSED ECONNRESET ECONNABORTED ETIMEDOUT ENETUNREACH EHOSTUNREACH`)
}

const (
	usualDelay = 200 * time.Millisecond
	minDelay   = time.Millisecond
	maxDelay   = 10 * time.Second
	maxEvery   = 65535 // strace's own bound
)

// NewSyscall returns the defaults: what is to be on the disk is there later.
func NewSyscall() *Syscall { return &Syscall{Calls: []string{"fsync", "fdatasync"}, Every: 1} }

// Validate refuses calls and errors that are not in the lists, and a delay that is
// none.
func (s *Syscall) Validate() error {
	var wrong []error
	if len(s.Calls) == 0 {
		wrong = append(wrong, errors.New("calls: none is named"))
	}
	for n, call := range s.Calls {
		switch {
		case !slices.Contains(syscalls(), call):
			wrong = append(wrong, fmt.Errorf("calls: %q is none of %s", call, strings.Join(syscalls(), ", ")))
		case slices.Contains(s.Calls[:n], call):
			wrong = append(wrong, fmt.Errorf("calls: %s is named twice", call))
		}
	}
	if s.Error != "" && !slices.Contains(errnos(), s.Error) {
		wrong = append(wrong, fmt.Errorf("error: %q is none of %s", s.Error, strings.Join(errnos(), ", ")))
	}
	switch {
	case s.Error != "" && s.Delay != 0:
		wrong = append(wrong, errors.New("has either error or delay, not both"))
	case s.Delay != 0 && (s.Delay < minDelay || s.Delay > maxDelay):
		wrong = append(wrong, fmt.Errorf("delay: %s is not between 1ms and 10s", s.Delay))
	}
	if s.Every < 1 || s.Every > maxEvery {
		wrong = append(wrong, fmt.Errorf("every: %d is not between 1 and %d", s.Every, maxEvery))
	}
	return errors.Join(wrong...)
}

// delay is how late calls are made that do not fail.
func (s *Syscall) delay() time.Duration { return cmp.Or(s.Delay, usualDelay) }

// injected is what strace is told to do to the calls, and what that is in words.
func (s *Syscall) injected() (what, words string) {
	calls := strings.Join(s.Calls, ",")
	if s.Error != "" {
		what, words = calls+":error="+s.Error, "failed with "+s.Error
	} else {
		delay := s.delay()
		what, words = calls+":delay_enter="+strconv.FormatInt(delay.Microseconds(), 10), "made late by "+delay.String()
	}
	if s.Every > 1 {
		what += fmt.Sprintf(":when=%[1]d+%[1]d", s.Every)
	}
	return what, words
}

// Sizes are how late calls are made; how late they were nobody measures.
func (s *Syscall) Sizes() []faults.Size {
	if s.Error != "" {
		return nil
	}
	return []faults.Size{
		{Name: "delay", Unit: "seconds", Asked: new(s.delay().Seconds())},
	}
}

// Scripts returns the steps for a service that runs as a unit or a container.
func (s *Syscall) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := s.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check process.syscall: %w", err)
	}
	group, err := target.Group()
	if err != nil {
		return faults.Scripts{}, err
	}
	what, words := s.injected()
	common := group.Functions + text("syscall.sh")
	return faults.Scripts{
		Args: []string{target.ID, "syscall", group.Name, strings.Join(s.Calls, ","), what, words, strconv.Itoa(s.Every)},
		Tools: slices.Concat([]string{ // strace is asked for by preflight itself, which says how to get it
			"systemctl", "systemd-run", "grep", "sed", "cut", "tr", "sort", "wc", "sleep", "date", "tail", "readlink",
		}, group.Tools, inventory.ProbeTools(target.Service)),
		Preflight:   common + group.Preflight + text("syscall_preflight.sh"),
		Fingerprint: common + text("syscall_fingerprint.sh"),
		Prepare:     text("load_prepare.sh") + script.Program(script.Ended()+script.Processes()+text("syscall_program.sh")),
		Inject:      common + text("syscall_inject.sh"),
		Observe:     common + text("syscall_observe.sh"),
		Undo:        script.Gone() + script.Ended() + common + text("syscall_undo.sh"),
		Healthy:     "shift 2\n" + group.Healthy + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{group.Resource},
	}, nil
}

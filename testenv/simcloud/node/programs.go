package node

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/command"
	"github.com/openstack-eris/eris/testenv/simcloud/shell"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// programs are the commands that act on this boot of the node.
func (n *Node) programs(manager *systemd.Manager, volumes *mapper) map[string]shell.Command {
	c := control{manager: manager, down: n.Shutdown}
	p := processes{manager: manager}
	net := network{node: n}
	load := stress{manager: manager, volumes: volumes}
	programs := map[string]shell.Command{
		"systemctl": c.systemctl, "systemd-run": c.run, "systemd-detect-virt": n.detectVirt,
		"kill": p.kill, "ps": p.ps, "pgrep": p.pgrep, "prlimit": p.prlimit, "strace": straces{manager: manager}.strace,
		"sha256sum": load.sum, "dd": load.dd, "xargs": load.fork,
		"date": command.Date(n.now, n.setClock), "journalctl": n.journalctl,
		"curl": net.curl, "nc": net.nc, "ss": net.ss, "getent": net.getent, "mysql": net.mysql,
	}
	if n.opt.Systemless {
		for _, name := range []string{"systemctl", "systemd-run", "systemd-detect-virt", "journalctl"} {
			delete(programs, name)
		}
	}
	if _, has := n.opt.Network.(Broker); has {
		programs["rabbitmqctl"] = net.rabbitmqctl
	}
	return programs
}

// now is the node's wall clock.
func (n *Node) now() time.Time { return time.Now().Add(time.Duration(n.ahead.Load())) }

// setClock moves the node's wall clock, and nothing else: timers and the uptime
// count monotonic time.
func (n *Node) setClock(to time.Time) { n.ahead.Store(int64(time.Until(to))) }

// processes are the programs that look at and signal processes.
type processes struct{ manager *systemd.Manager }

// parseSignal reads KILL, SIGKILL or 9.
func parseSignal(text string) (syscall.Signal, bool) {
	if number, err := strconv.Atoi(text); err == nil && number >= 0 && number < 65 {
		return syscall.Signal(number), true
	}
	names := map[string]syscall.Signal{
		"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "ABRT": syscall.SIGABRT, "KILL": syscall.SIGKILL,
		"SEGV": syscall.SIGSEGV, "PIPE": syscall.SIGPIPE, "ALRM": syscall.SIGALRM, "TERM": syscall.SIGTERM, "USR1": syscall.SIGUSR1,
		"USR2": syscall.SIGUSR2, "CHLD": syscall.SIGCHLD, "CONT": syscall.SIGCONT, "STOP": syscall.SIGSTOP, "TSTP": syscall.SIGSTOP,
		"WINCH": syscall.SIGWINCH,
	}
	signal, known := names[strings.TrimPrefix(strings.ToUpper(text), "SIG")]
	return signal, known
}

func (c processes) kill(_ context.Context, p *shell.Proc) int {
	signal, pids := syscall.SIGTERM, p.Args[1:]
	if len(pids) > 0 && strings.HasPrefix(pids[0], "-") {
		text := pids[0][1:]
		pids = pids[1:]
		if text == "s" && len(pids) > 0 {
			text, pids = pids[0], pids[1:]
		}
		named, known := parseSignal(text)
		if !known {
			p.Errorf("kill: invalid signal %s", text)
			return 2
		}
		signal = named
	}
	code := 0
	for _, text := range pids {
		pid, err := strconv.Atoi(text)
		if err == nil && pid > 0 {
			err = c.manager.KillPID(pid, signal)
		} else {
			err = syscall.EINVAL
		}
		if err != nil {
			p.Errorf("sh: 1: kill: (%s) - %s", text, shell.Strerror(err))
			code = 1
		}
	}
	return code
}

// prlimit knows --pid PID --nofile=SOFT: and leaves the hard limit alone; without
// a number it only says that it may.
func (c processes) prlimit(_ context.Context, p *shell.Proc) int {
	if len(p.Args) == 4 && p.Args[3] == "--nofile" {
		if pid, err := strconv.Atoi(p.Args[2]); err != nil || c.manager.Processes()[pid].Started.IsZero() {
			return 1
		}
		p.Printf("RESOURCE DESCRIPTION              SOFT   HARD UNITS\n")
		return 0
	}
	if len(p.Args) != 4 || p.Args[1] != "--pid" || !strings.HasPrefix(p.Args[3], "--nofile=") || !strings.HasSuffix(p.Args[3], ":") {
		p.Errorf("prlimit: only --pid PID --nofile=SOFT: is known here")
		return 1
	}
	pid, err := strconv.Atoi(p.Args[2])
	files, wrong := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(p.Args[3], "--nofile="), ":"))
	if err == nil && wrong == nil {
		err = c.manager.Limit(pid, files)
	}
	if err = errors.Join(err, wrong); err != nil {
		p.Errorf("prlimit: failed to set the NOFILE resource limit: %v", err)
		return 1
	}
	return 0
}

// ps knows `ps -o FORMAT… -p PID` with the columns pid, lstart, comm, args,
// each with an empty header (`pid=`).
func (c processes) ps(_ context.Context, p *shell.Proc) int {
	columns, pid := []string{}, 0
	for i := 1; i+1 < len(p.Args); i += 2 {
		switch p.Args[i] {
		case "-o":
			columns = append(columns, strings.TrimSuffix(p.Args[i+1], "="))
		case "-p":
			pid, _ = strconv.Atoi(p.Args[i+1])
		default:
			p.Errorf("error: unsupported option %s", p.Args[i])
			return 1
		}
	}
	process, running := c.manager.Processes()[pid]
	if !running {
		return 1
	}
	values := []string{}
	for _, column := range columns {
		switch column {
		case "pid":
			values = append(values, strconv.Itoa(pid))
		case "lstart":
			values = append(values, process.Started.UTC().Format("Mon Jan _2 15:04:05 2006"))
		case "comm":
			values = append(values, process.Args[0])
		case "args":
			values = append(values, strings.Join(process.Args, " "))
		default:
			p.Errorf("error: unknown user-defined format specifier \"%s\"", column)
			return 1
		}
	}
	p.Printf("%s\n", strings.Join(values, " "))
	return 0
}

// pgrep matches names, or with -f whole command lines, by substring; -x asks
// for the whole name.
func (c processes) pgrep(_ context.Context, p *shell.Proc) int {
	full, exact, pattern := false, false, ""
	for _, arg := range p.Args[1:] {
		switch {
		case !strings.HasPrefix(arg, "-"):
			pattern = arg
		case strings.Trim(arg[1:], "fx") == "":
			full = full || strings.Contains(arg, "f")
			exact = exact || strings.Contains(arg, "x")
		default:
			p.Errorf("pgrep: unsupported option %s", arg)
			return 2
		}
	}
	found := []int{}
	for pid, process := range c.manager.Processes() {
		name := process.Args[0][strings.LastIndexByte(process.Args[0], '/')+1:]
		if full {
			name = strings.Join(process.Args, " ")
		}
		if exact && name == pattern || !exact && strings.Contains(name, pattern) {
			found = append(found, pid)
		}
	}
	slices.Sort(found)
	for _, pid := range found {
		p.Printf("%d\n", pid)
	}
	if len(found) == 0 {
		return 1
	}
	return 0
}

package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

//go:embed osfaults.py
var osFaultsScript string

// debians is where Debian's programs are, and nobody else's.
const debians = "/usr/sbin:/usr/bin:/sbin:/bin"

// installed names the packages that os-faults is run from, with their versions.
func installed(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "dpkg-query", "-W", "-f", "${Package} ${Version}\n",
		"python3-os-faults", "ansible", "ansible-core").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("find os-faults: %w: %s (apt install python3-os-faults ansible ansible-core)", err, out)
	}
	return strings.Join(strings.Split(strings.TrimSpace(string(out)), "\n"), ", "), nil
}

// osFaults is a Python process that has os-faults connected to the lab.
type osFaults struct {
	place   *place
	home    string
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers *bufio.Scanner
	said    *os.File
}

// sudoers lets ansible become root: a lab's own rule is for Eris alone.
const sudoers = "/etc/sudoers.d/os-faults"

func openOSFaults(ctx context.Context, p *place, work string) (_ *osFaults, err error) {
	o := &osFaults{place: p, home: filepath.Join(work, "home")}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close(ctx))
		}
	}()
	if err := os.Mkdir(o.home, 0o700); err != nil {
		return nil, err
	}
	for _, node := range p.nodes {
		rule := fmt.Sprintf("umask 227; echo '%s ALL=(root) NOPASSWD: ALL' >%s", node.SSH.User, sudoers)
		if _, err := p.on(ctx, node, "sh", "-c", rule); err != nil {
			return nil, err
		}
	}
	config, err := json.Marshal(configuration(p))
	if err != nil {
		return nil, err
	}
	if o.said, err = os.Create(filepath.Join(work, "os-faults.log")); err != nil {
		return nil, err
	}
	o.cmd = exec.CommandContext(context.WithoutCancel(ctx), "/usr/bin/python3", "-c", osFaultsScript, string(config))
	o.cmd.Env = []string{"PATH=" + debians, "HOME=" + o.home, "TMPDIR=" + o.home, "LANG=C.UTF-8"}
	o.cmd.Stderr = o.said
	o.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if o.in, err = o.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	answers, err := o.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	o.answers = bufio.NewScanner(answers)
	if err := o.cmd.Start(); err != nil {
		o.cmd = nil
		return nil, err
	}
	if _, err := o.answer(); err != nil {
		return nil, fmt.Errorf("connect os-faults: %w", err)
	}
	return o, nil
}

// configuration is the service twice: with its nodes named, and as in the
// documentation's examples, where os-faults looks for them at each kill.
func configuration(p *place) map[string]any {
	var list []map[string]any
	var hosts []string
	for _, node := range p.nodes {
		address := node.Address.Addr().String()
		hosts = append(hosts, address)
		list = append(list, map[string]any{"ip": address, "auth": map[string]any{
			"username": node.SSH.User, "private_key_file": node.SSH.Key,
		}})
	}
	args := map[string]any{"service_name": p.service.Name, "grep": "/usr/bin/" + p.service.Name}
	return map[string]any{
		"cloud_management": map[string]any{"driver": "universal"},
		"node_discover":    map[string]any{"driver": "node_list", "args": list},
		"services": map[string]any{
			named:      map[string]any{"driver": "system_service", "args": args, "hosts": hosts},
			discovered: map[string]any{"driver": "system_service", "args": args},
		},
	}
}

// strike kills the service once on all nodes, by its name in the configuration.
func (o *osFaults) strike(_ context.Context, service string) (strike, error) {
	if _, err := fmt.Fprintln(o.in, service); err != nil {
		return strike{}, fmt.Errorf("ask os-faults: %w", err)
	}
	return o.answer()
}

func (o *osFaults) answer() (strike, error) {
	if !o.answers.Scan() {
		said, _ := os.ReadFile(o.said.Name())
		return strike{}, fmt.Errorf("no answer: %w: %s", errors.Join(o.answers.Err(), io.ErrUnexpectedEOF), said)
	}
	var told struct {
		Began, Ended int64
		Wrong        string
	}
	if err := json.Unmarshal(o.answers.Bytes(), &told); err != nil {
		return strike{}, fmt.Errorf("read answer: %w: %s", err, o.answers.Bytes())
	}
	if told.Wrong != "" {
		return strike{}, errors.New(told.Wrong)
	}
	began := time.Unix(0, told.Began)
	return strike{begun: began, command: began, returned: time.Unix(0, told.Ended)}, nil
}

// close ends the process and its SSH, and takes away what the nodes had for it.
func (o *osFaults) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	var wrong []error
	if o.cmd != nil {
		defer context.AfterFunc(ctx, func() { _ = o.cmd.Process.Kill() })()
		wrong = append(wrong, o.in.Close(), o.cmd.Wait())
	}
	if o.said != nil {
		wrong = append(wrong, o.said.Close())
	}
	masters, err := filepath.Glob(filepath.Join(o.home, ".ansible", "cp", "*"))
	wrong = append(wrong, err)
	for _, socket := range masters {
		if said, err := exec.CommandContext(ctx, "ssh", "-o", "ControlPath="+socket, "-O", "exit", "lab").CombinedOutput(); err != nil {
			wrong = append(wrong, fmt.Errorf("end ansible's ssh: %w: %s", err, said))
		}
	}
	for _, node := range o.place.nodes {
		_, err := o.place.on(ctx, node, "sh", "-c", `rm -rf "$1" "$(getent passwd "$2" | cut -d: -f6)/.ansible"`, "sh", sudoers, node.SSH.User)
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

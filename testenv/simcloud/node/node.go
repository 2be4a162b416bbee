// Package node is one simulated machine: a memory file system, a service
// manager, a shell with the usual programs, and the files under /proc and /sys
// that collectors read. It can lose its power, come back, and reboot.
package node

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/command"
	"github.com/openstack-eris/eris/testenv/simcloud/container"
	"github.com/openstack-eris/eris/testenv/simcloud/link"
	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
	"github.com/openstack-eris/eris/testenv/simcloud/nft"
	"github.com/openstack-eris/eris/testenv/simcloud/pacemaker"
	"github.com/openstack-eris/eris/testenv/simcloud/scsi"
	"github.com/openstack-eris/eris/testenv/simcloud/shell"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// Marker is the file that proves a node to be simulated.
const Marker = "/etc/eris-simulated"

// Options is what a node is made of.
type Options struct {
	Name    string
	Cloud   string // name of the cloud, written into the marker
	Address string // that the node's services listen on, as scripts see it
	// Resolver is the address in /etc/resolv.conf; empty: there is none.
	Resolver string
	Units    []Unit
	// Containers are those of Docker and of Podman; a node that has none of one
	// of them does not have its program either.
	Containers []container.Spec
	Cluster    *pacemaker.Cluster // that it is a member of, by its name; nil: none, and then it has none of its programs
	Disks      []Disk             // beside the one with the root
	Bridges    []Bridge           // that a boot makes, each with its ports, all of them up
	Mapped     []Mapped           // devices of the device mapper, which nothing is mounted from
	SCSI       []scsi.Disk        // that its adapter finds
	ISCSI      []scsi.Target      // that it is logged in to; none: it has no iscsiadm
	Files      map[string]string  // what else is on the root's disk of a new node, by path, mode 0640
	Network    Network            // nil: nothing answers
	Memory     uint64             // bytes; 16 GiB when 0
	// Systemless nodes have daemons and no systemd: none of its programs, and no folder
	// of its own.
	Systemless bool
	Switch     Switch     // of its power, for a shutdown or a crash; nil: nothing is around it
	Rand       *rand.Rand // boot ids and machine id come from it
}

// Bridge is one in a network namespace of the node.
type Bridge struct {
	Space string
	Name  string
	Ports []string
}

// Event is one thing that happened on a node.
type Event struct {
	At     time.Time
	Unit   string // "" for the node itself
	Event  string
	Detail string
}

// Node is one simulated machine. Its methods are safe for concurrent use.
type Node struct {
	opt   Options
	files *memfs.FS
	disks []*memfs.Volume // of opt.Disks
	ahead atomic.Int64    // nanoseconds that the wall clock is ahead of this machine's

	engines []*container.Engine

	mu     sync.Mutex
	boot   *boot           // nil while the power is off
	ctx    context.Context // the life of the node, ended by Close
	cancel context.CancelFunc
	events []Event
	bootID string
	// between is there from a boot's end until the one that has to follow it.
	between chan struct{}
	falling bool // it goes, to boot anew
}

// boot is what a power cut takes away.
type boot struct {
	manager *systemd.Manager
	rules   *nft.Ruleset
	links   *link.Set
	proxies *proxies
	limits  *limits
	spaces  *spaces
	shell   *shell.Shell
}

// New makes a node and boots it.
func New(ctx context.Context, opt Options) (*Node, error) {
	if opt.Rand == nil {
		opt.Rand = rand.New(rand.NewPCG(1, 2))
	}
	if opt.Network == nil {
		opt.Network = silence{}
	}
	n := &Node{opt: opt, files: memfs.NewOn(rootVolume())}
	if opt.Switch == nil {
		n.opt.Switch = itself{n}
	}
	n.ctx, n.cancel = context.WithCancel(ctx)
	if err := n.install(); err != nil {
		return nil, fmt.Errorf("install node %s: %w", opt.Name, err)
	}
	n.files.SyncAll()
	for _, program := range []string{"docker", "podman"} {
		if slices.ContainsFunc(opt.Containers, func(s container.Spec) bool { return s.Engine == program }) {
			n.engines = append(n.engines, container.New(program, opt.Containers, n.random()))
		}
	}
	return n, n.PowerOn()
}

// Name is the node's name.
func (n *Node) Name() string { return n.opt.Name }

// FS is the node's disk; it outlives a power cut, but for /run and /tmp.
func (n *Node) FS() *memfs.FS { return n.files }

// Systemd is the service manager of this boot, or nil while the power is off.
func (n *Node) Systemd() *systemd.Manager {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.boot == nil {
		return nil
	}
	return n.boot.manager
}

// On tells whether the node has power.
func (n *Node) On() bool { return n.Systemd() != nil }

// Log returns everything that happened on the node so far.
func (n *Node) Log() []Event {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.events)
}

// Note adds an event of the surroundings to the node's log.
func (n *Node) Note(event, detail string) { n.note("", event, detail) }

func (n *Node) note(unit, event, detail string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.events = append(n.events, Event{At: time.Now(), Unit: unit, Event: event, Detail: detail})
}

// PowerOff ends everything that runs on the node at once. /run and /tmp are
// gone, and so is what Eris wrote to a disk and did not sync.
func (n *Node) PowerOff() {
	n.mu.Lock()
	b := n.boot
	if b == nil {
		n.falling = false // it was to boot again, and now is not
	}
	n.boot, n.between = nil, nil
	n.mu.Unlock()
	if b == nil {
		return
	}
	n.note("", "power", "off")
	for _, e := range n.engines {
		e.Halt()
	}
	if n.opt.Cluster != nil {
		n.opt.Cluster.Leave(n.opt.Name)
	}
	b.manager.Halt()
	n.files.Cut(laid.MatchString)
}

// laid are the names of what Eris lays on a node. What the node's own programs
// write has been on its disk for long, or they see to that.
var laid = regexp.MustCompile(`/eris/|/eris-[0-9a-f]{8}-`)

// PowerOn boots the node: a new boot id, an empty /run, and all that is
// enabled is started.
func (n *Node) PowerOn() error {
	if n.On() {
		return nil
	}
	b, err := n.boots()
	if err != nil {
		return fmt.Errorf("boot node %s: %w", n.opt.Name, err)
	}
	n.mu.Lock()
	n.boot, n.between = b, nil
	n.mu.Unlock()
	for _, bridge := range n.opt.Bridges {
		n.Space(bridge.Space).Links.Bridge(bridge.Name, bridge.Ports...)
	}
	n.note("", "power", "on")
	for _, e := range n.engines {
		e.Boot(b.manager)
	}
	if n.opt.Cluster != nil {
		n.opt.Cluster.Join(n.opt.Name, b.manager)
	}
	b.manager.Boot()
	return nil
}

// boots lays what a boot makes, and starts nothing yet.
func (n *Node) boots() (*boot, error) {
	n.ahead.Store(0) // it boots with the clock of its hardware, which nobody has set
	n.files.UnmountAll()
	for _, dir := range []string{"/run", "/tmp", "/proc", "/sys"} {
		if err := n.files.RemoveAll(dir); err != nil {
			return nil, err
		}
	}
	if err := n.mountDisks(); err != nil {
		return nil, err
	}
	sh := &shell.Shell{FS: n.files, Datagrams: n.datagrams, Commands: command.All()}
	manager := systemd.New(n.ctx, systemd.Options{
		FS: n.files, Daemons: n.daemons(), Log: n.note,
		Run: func(ctx context.Context, s systemd.Script) int { return n.runScript(ctx, sh, s) },
	})
	sh.Gate = manager.Gate
	sh.Detach = func(p *shell.Proc) <-chan int {
		ended := make(chan int, 1)
		go func() {
			ended <- manager.Session(n.ctx, p.Args, func(ctx context.Context) int { return sh.Exec(ctx, p) })
		}()
		return ended
	}
	links, err := link.New(n.opt.Address)
	if err != nil {
		return nil, err
	}
	b := &boot{
		manager: manager, rules: &nft.Ruleset{Random: n.random()}, links: links, shell: sh,
		spaces: &spaces{fs: n.files, manager: manager, named: map[string]*Space{}},
	}
	links.Random, links.Spaces = n.random(), b.spaces
	b.proxies = &proxies{rand: n.random(), all: map[int]*proxy{}}
	b.limits = &limits{left: map[string]int{}, fills: map[string]filled{}}
	if err := n.equip(b); err != nil {
		return nil, err
	}
	if err := n.layout(manager); err != nil {
		return nil, err
	}
	return b, n.layKernel(b)
}

// equip gives the shell of a boot the programs that the node has.
func (n *Node) equip(b *boot) error {
	has := b.shell.Commands
	for _, e := range n.engines {
		has[e.Program()] = e.Command(b.manager.KillPID, parseSignal)
	}
	if n.opt.Cluster != nil {
		maps.Copy(has, n.opt.Cluster.Commands(n.opt.Name))
	}
	has["python3"], has["setpriv"] = n.python(b), setpriv
	volumes := newMapper(n.opt.Mapped)
	has["dmsetup"] = volumes.dmsetup
	maps.Copy(has, n.programs(b.manager, volumes))
	bus, err := scsi.New(n.files, n.opt.SCSI, n.opt.ISCSI, n.BootID() == "")
	if err != nil {
		return err
	}
	if len(n.opt.ISCSI) > 0 {
		has["iscsiadm"] = bus.Admin
	}
	has["nft"], has["ip"], has["tc"] = b.rules.Command, b.links.Command, b.links.Queues
	return nil
}

// Reboot is PowerOff and PowerOn.
func (n *Node) Reboot() error {
	n.PowerOff()
	return n.PowerOn()
}

// Close ends the node for good.
func (n *Node) Close() {
	n.PowerOff()
	n.cancel()
}

// runScript runs the command line of a unit.
func (n *Node) runScript(ctx context.Context, sh *shell.Shell, s systemd.Script) int {
	if len(s.Args) == 0 {
		return 203
	}
	env := baseEnv()
	for _, pair := range s.Env {
		name, value, _ := cutEnv(pair)
		env[name] = value
	}
	if s.FS != nil && s.FS != sh.FS {
		own := *sh // a mount namespace of its own
		own.FS = s.FS
		sh = &own
	}
	code := sh.Exec(ctx, &shell.Proc{Args: s.Args, Env: env, Dir: "/", Stdin: s.Stdin, Stdout: s.Stdout, Stderr: s.Stderr})
	if code == shell.NotFound {
		return 203
	}
	return code
}

// Session is a command line that came in over the network.
type Session struct {
	Line           string
	Env            map[string]string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Run runs a command line in root's login shell and returns its exit status;
// 255 when the node is off.
func (n *Node) Run(ctx context.Context, s Session) int {
	n.mu.Lock()
	b := n.boot
	n.mu.Unlock()
	if b == nil {
		return 255
	}
	env := baseEnv()
	maps.Copy(env, s.Env)
	p := &shell.Proc{Args: []string{"sh"}, Env: env, Dir: "/root", Stdin: s.Stdin, Stdout: s.Stdout, Stderr: s.Stderr}
	return b.manager.Session(ctx, []string{"sh", "-c", s.Line}, func(ctx context.Context) int {
		return b.shell.Run(ctx, p, s.Line)
	})
}

func baseEnv() map[string]string {
	return map[string]string{
		"HOME": "/root", "USER": "root", "LOGNAME": "root", "SHELL": "/bin/sh",
		"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	}
}

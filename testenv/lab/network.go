package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// inside runs ip in a named network namespace.
type inside struct{ netns string }

func (i inside) ip(ctx context.Context, args ...string) error {
	_, err := run(ctx, append([]string{"ip", "-n", i.netns}, args...)...)
	return err
}

func (i inside) has(ctx context.Context, name string) bool {
	return i.ip(ctx, "link", "show", "dev", name) == nil
}

// names lists the interfaces that `ip -o ARGS` prints: "7: name@peer: <…".
func (i inside) names(ctx context.Context, args ...string) ([]string, error) {
	text, err := run(ctx, append([]string{"ip", "-n", i.netns, "-o"}, args...)...)
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 1 {
			name, _, _ := strings.Cut(strings.TrimSuffix(fields[1], ":"), "@")
			names = append(names, name)
		}
	}
	return names, nil
}

// makeBridge makes a bridge, where it is not there, that forwards at once: no
// loop is possible, so there is nothing to learn before.
func (i inside) makeBridge(ctx context.Context, name string) error {
	if i.has(ctx, name) {
		return nil
	}
	return errors.Join(
		i.ip(ctx, "link", "add", name, "type", "bridge", "forward_delay", "0", "stp_state", "0"),
		i.ip(ctx, "link", "set", name, "up"))
}

// makeNetwork makes the lab's network namespace with its bridges and switches,
// or what is missing of them, and switches on which of these are off. It has no
// uplink: nothing that is sent in it can leave this machine.
func makeNetwork(ctx context.Context, o Options, profile *Profile) error {
	p := o.paths()
	if profile.does(filtersBridges) {
		if err := alone(ctx, claims, func() error { return loadBridgeFilter(ctx) }); err != nil {
			return fmt.Errorf("make network: %w", err)
		}
	}
	if err := alone(ctx, claims, func() error { return makeNamespace(ctx, p) }); err != nil {
		return fmt.Errorf("make network: %w", err)
	}
	in := inside{p.netns}
	errs := []error{in.ip(ctx, "link", "set", "lo", "up")}
	for _, n := range profile.allNetworks() {
		errs = append(errs, in.makeBridge(ctx, n.Bridge), in.ip(ctx, "link", "set", n.Bridge, "up"), in.address(ctx, n, n.Host))
	}
	for _, name := range profile.switches() {
		errs = append(errs, in.makeSwitch(ctx, profile.wires(name)), in.restoreSwitch(ctx, o, name, profile.wires(name)))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("make network: %w", err)
	}
	return nil
}

func (i inside) address(ctx context.Context, n Network, address netip.Addr) error {
	return i.ip(ctx, "addr", "replace", fmt.Sprintf("%s/%d", address, n.Prefix.Bits()), "dev", n.Bridge)
}

// makeNamespace makes the lab's network namespace where it is not there. A file of its
// name that is none was left by one that was cut off between the two.
func makeNamespace(ctx context.Context, p paths) error {
	var is unix.Statfs_t
	switch err := unix.Statfs(p.netnsFile(), &is); {
	case err == nil && is.Type == unix.NSFS_MAGIC:
		return nil
	case err == nil:
		if err := os.Remove(p.netnsFile()); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look for the lab's network: %w", err)
	}
	if err := namespaceFolder().note(); err != nil {
		return err
	}
	_, err := run(ctx, "ip", "netns", "add", p.netns)
	return err
}

// removeNetwork removes the namespace and with it everything inside.
func removeNetwork(ctx context.Context, p paths) error {
	return alone(ctx, claims, func() error { return removeNamespace(ctx, p) })
}

func removeNamespace(ctx context.Context, p paths) error {
	if _, err := os.Stat(p.netnsFile()); os.IsNotExist(err) {
		return namespaceFolder().giveBack()
	}
	if _, err := run(ctx, "ip", "netns", "del", p.netns); err != nil {
		// cut off between making the file and mounting the namespace on it
		if rmErr := os.Remove(p.netnsFile()); rmErr != nil {
			return fmt.Errorf("remove network: %w", errors.Join(err, rmErr))
		}
	}
	return namespaceFolder().giveBack()
}

// namespaceUsers lists processes that live in the lab's network, such as an
// eris that joined it.
func namespaceUsers(p paths) []int {
	want, err := os.Stat(p.netnsFile())
	if err != nil {
		return nil
	}
	var pids []int
	for _, pid := range allProcesses() {
		if have, err := os.Stat(fmt.Sprintf("/proc/%d/ns/net", pid)); err == nil && os.SameFile(want, have) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// dialer opens connections inside the lab's network while the process itself
// stays outside: a socket belongs for life to the namespace of the thread that
// makes it.
type dialer struct {
	netns   string
	timeout time.Duration
}

func (d dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	runtime.LockOSThread()
	back, err := enterNamespace(d.netns)
	if err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	plain := net.Dialer{Timeout: d.timeout}
	conn, dialErr := plain.DialContext(ctx, network, address)
	if err := back(); err != nil {
		// The thread stays locked: it ends with the goroutine, and nobody
		// else inherits the wrong network.
		return nil, errors.Join(err, dialErr)
	}
	runtime.UnlockOSThread()
	if dialErr != nil {
		return nil, fmt.Errorf("dial in the lab: %w", dialErr)
	}
	return conn, nil
}

// enterNamespace moves the calling thread, which must be locked, into a named
// network namespace; back moves it out again.
func enterNamespace(netnsFile string) (back func() error, err error) {
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return nil, fmt.Errorf("open own network: %w", err)
	}
	target, err := os.Open(netnsFile)
	if err != nil {
		_ = home.Close()
		return nil, fmt.Errorf("open network of the lab (is it up?): %w", err)
	}
	defer func() { _ = target.Close() }()
	if err := unix.Setns(int(target.Fd()), unix.CLONE_NEWNET); err != nil {
		_ = home.Close()
		return nil, fmt.Errorf("enter network %s: %w", filepath.Base(netnsFile), err)
	}
	return func() error {
		defer func() { _ = home.Close() }()
		if err := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("leave network %s: %w", filepath.Base(netnsFile), err)
		}
		return nil
	}, nil
}

package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// makeNetwork makes the lab's network namespace with its bridges. It has no
// uplink: nothing that is sent in it can leave this machine.
func makeNetwork(ctx context.Context, p paths, networks []Network) error {
	if _, err := os.Stat(p.netnsFile()); os.IsNotExist(err) {
		if _, err := run(ctx, "ip", "netns", "add", p.netns); err != nil {
			return fmt.Errorf("make network: %w", err)
		}
	}
	in := func(args ...string) error {
		_, err := run(ctx, append([]string{"ip", "-n", p.netns}, args...)...)
		return err
	}
	errs := []error{in("link", "set", "lo", "up")}
	for _, n := range networks {
		if in("link", "show", n.Bridge) == nil {
			continue
		}
		errs = append(errs,
			in("link", "add", n.Bridge, "type", "bridge", "forward_delay", "0"),
			in("addr", "add", fmt.Sprintf("%s/%d", n.Host, n.Prefix.Bits()), "dev", n.Bridge),
			in("link", "set", n.Bridge, "up"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("make network: %w", err)
	}
	return nil
}

// removeNetwork removes the namespace and with it everything inside.
func removeNetwork(ctx context.Context, p paths) error {
	if _, err := os.Stat(p.netnsFile()); os.IsNotExist(err) {
		return nil
	}
	if _, err := run(ctx, "ip", "netns", "del", p.netns); err != nil {
		// cut off between making the file and mounting the namespace on it
		if rmErr := os.Remove(p.netnsFile()); rmErr != nil {
			return fmt.Errorf("remove network: %w", errors.Join(err, rmErr))
		}
	}
	return nil
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

package icmp_test

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// inside is set in the process of a test that has a network of its own.
const inside = "ERIS_TEST_ALONE"

// alone has a test run as this user in a network namespace of its own, where it can say
// who may ping and who answers; it is true there, and false in the process that waits
// for it.
func alone(t *testing.T, user int) bool {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		return true
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), inside+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
	said, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		t.Skipf("this user may make no network namespace: %v", err)
	}
	require.NoError(t, err, "%s", said)
	if strings.Contains(string(said), "--- SKIP: "+t.Name()+" ") {
		t.Skipf("%s", said)
	}
	require.Contains(t, string(said), "--- PASS: "+t.Name()+" ")
	return false
}

// set writes a setting of the network namespace.
func set(t *testing.T, name, value string) {
	t.Helper()
	err := os.WriteFile("/proc/sys/net/"+name, []byte(value), 0o644)
	if errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EROFS) {
		t.Skipf("a network namespace of one's own has no settings here: %v", err)
	}
	require.NoError(t, err)
}

// up has the namespace's loopback up.
func up(t *testing.T) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, unix.Close(fd)) }()
	lo, err := unix.NewIfreq("lo")
	require.NoError(t, err)
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	err = unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
	if errors.Is(err, syscall.EPERM) {
		t.Skip("who makes a network namespace has no rights in it here")
	}
	require.NoError(t, err)
}

// way is a kind of socket and of address.
type way struct {
	address string
	ping    bool // by a ping socket, otherwise by a raw one
}

func (w way) String() string { return fmt.Sprintf("%s ping %t", w.address, w.ping) }

// everyWay gives each, where the kernel answers or nobody does.
func everyWay(t *testing.T, kernel bool) iter.Seq[way] {
	t.Helper()
	up(t)
	ignore := map[bool]string{true: "0", false: "1"}[kernel]
	set(t, "ipv4/icmp_echo_ignore_all", ignore)
	set(t, "ipv6/icmp/echo_ignore_all", ignore)
	return func(yield func(way) bool) {
		// Raw ones first: in a new namespace nobody may have a ping socket.
		for _, w := range []way{{"127.0.0.1", false}, {"::1", false}, {"127.0.0.1", true}, {"::1", true}} {
			if w.ping {
				set(t, "ipv4/ping_group_range", "0 0")
			}
			if !yield(w) {
				return
			}
		}
	}
}

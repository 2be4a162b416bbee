package lab

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// outerNetwork names the variable with the number of the open file that is the network
// namespace from which the program came.
const outerNetwork = "ERIS_OUTER_NETWORK"

// OuterNetwork is the file of the network namespace in which the program was before it
// joined a lab's, as `nsenter --net=FILE` takes it; empty where it has joined none.
// What is done to the machine itself is done there.
func OuterNetwork() string {
	number, err := strconv.Atoi(os.Getenv(outerNetwork))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), number)
}

// JoinNetwork moves the whole program into the lab's network: it enters the
// namespace on one thread and executes the program anew with the same
// arguments and environment, so that every later thread starts inside. Where
// the program is inside already, it returns nil; otherwise it returns only
// with an error. Call it before anything is started or opened.
func JoinNetwork(o Options) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	// no proxy can be reached from there
	for _, name := range []string{"http_proxy", "https_proxy", "all_proxy"} {
		if err := errors.Join(os.Unsetenv(name), os.Unsetenv(strings.ToUpper(name))); err != nil {
			return fmt.Errorf("join network of lab %s: %w", o.Name, err)
		}
	}
	file := o.paths().netnsFile()
	inside, err := insideNetwork(file)
	if err != nil || inside {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("join network of lab %s: %w", o.Name, err)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	outer, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("join network of lab %s: open own network: %w", o.Name, err)
	}
	if err := os.Setenv(outerNetwork, strconv.Itoa(outer)); err != nil {
		return fmt.Errorf("join network of lab %s: %w", o.Name, err)
	}
	back, err := enterNamespace(file)
	if err != nil {
		return fmt.Errorf("join network of lab %s: %w", o.Name, err)
	}
	err = syscall.Exec(self, os.Args, os.Environ())
	if backErr := back(); backErr != nil {
		return backErr
	}
	return fmt.Errorf("join network of lab %s: execute %s anew: %w", o.Name, self, err)
}

// insideNetwork tells whether this thread's network is the one behind file.
func insideNetwork(file string) (bool, error) {
	want, err := os.Stat(file)
	if err != nil {
		return false, fmt.Errorf("find network of the lab (is it up?): %w", err)
	}
	have, err := os.Stat("/proc/thread-self/ns/net")
	if err != nil {
		return false, fmt.Errorf("find own network: %w", err)
	}
	return os.SameFile(want, have), nil
}

// NetworkFile is the path of the lab's network namespace, as
// `nsenter --net=FILE` takes it. It is empty for a name that no lab can have.
func NetworkFile(o Options) string {
	o, err := o.withDefaults()
	if err != nil {
		return ""
	}
	return o.paths().netnsFile()
}

package node

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// How long a node takes: to stop its units in good order, at most, and from its
// end to the boot that follows.
const (
	stopsWithin = 5 * time.Second
	bootsAfter  = time.Second
)

// Switch takes a node's power and gives it back, with all that is around it.
type Switch interface {
	PowerOff() error
	PowerOn() error
}

// itself is the switch of a node that nothing is around.
type itself struct{ node *Node }

func (i itself) PowerOff() error {
	i.node.PowerOff()
	return nil
}

func (i itself) PowerOn() error { return i.node.PowerOn() }

// Shutdown stops all units in good order, then takes the power away; with again
// the node boots after that. It returns at once: whoever asks on the node ends
// with it.
func (n *Node) Shutdown(again bool) {
	n.mu.Lock()
	b := n.boot
	n.mu.Unlock()
	if b == nil {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(n.ctx, stopsWithin)
		defer cancel()
		b.manager.Shutdown(ctx)
		n.files.SyncAll()
		n.fall(b, again, bootsAfter)
	}()
}

// Reset boots the node anew at once, as the button of that name does: its power
// stays on, and nothing is stopped in good order.
func (n *Node) Reset() {
	n.mu.Lock()
	b := n.boot
	n.mu.Unlock()
	if b != nil {
		go n.fall(b, true, bootsAfter)
	}
}

// Powered tells that the node has power: it is on, or between two boots.
func (n *Node) Powered() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.boot != nil || n.falling || n.between != nil
}

// fall ends a boot at once, and with again begins the next one later.
func (n *Node) fall(b *boot, again bool, after time.Duration) {
	n.mu.Lock()
	same := n.boot == b
	n.falling = same && again
	n.mu.Unlock()
	if !same || n.ctx.Err() != nil {
		return // somebody was quicker
	}
	err := n.opt.Switch.PowerOff()
	between := make(chan struct{}) // this time between two boots, and no other
	n.mu.Lock()
	again = again && n.falling
	n.falling = false
	if again && err == nil {
		n.between = between
	}
	n.mu.Unlock()
	if err != nil {
		n.note("", "error", err.Error())
		return
	}
	if !again {
		return
	}
	select {
	case <-time.After(after):
	case <-n.ctx.Done():
		return
	}
	n.mu.Lock()
	same = n.between == between
	n.mu.Unlock()
	if !same {
		return // somebody has switched it off, or on
	}
	if err := n.opt.Switch.PowerOn(); err != nil {
		n.note("", "error", err.Error())
	}
}

// layKernel lays the kernel's own switches for the node's end: c panics, after
// which it boots again when kernel.panic says after how many seconds, b boots at
// once. Neither stops anything in good order.
func (n *Node) layKernel(b *boot) error {
	panics := int64(1)
	err := n.files.Generate("/proc/sys/kernel/panic", func() []byte {
		n.mu.Lock()
		defer n.mu.Unlock()
		return fmt.Appendln(nil, panics)
	}, func(text []byte) error {
		seconds, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err != nil {
			return syscall.EINVAL
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		panics = seconds
		return nil
	})
	if err != nil {
		return err
	}
	return n.files.Generate("/proc/sysrq-trigger", func() []byte { return nil }, func(text []byte) error {
		n.mu.Lock()
		seconds := panics
		n.mu.Unlock()
		switch strings.TrimSpace(string(text)) {
		case "b":
			go n.fall(b, true, bootsAfter)
		case "c":
			go n.fall(b, seconds > 0, time.Duration(seconds)*time.Second+bootsAfter)
		default:
			return syscall.EINVAL
		}
		return nil
	})
}

// detectVirt tells what contains the node: nothing, unless its manager was told
// as systemd is, by /run/systemd/container.
func (n *Node) detectVirt(_ context.Context, p *shell.Proc) int {
	for _, arg := range p.Args[1:] {
		if arg != "--container" && arg != "-c" {
			p.Errorf("systemd-detect-virt: unrecognized option '%s'", arg)
			return 1
		}
	}
	name, err := n.files.ReadFile("/run/systemd/container")
	if err != nil {
		p.Printf("none\n")
		return 1
	}
	p.Printf("%s\n", strings.TrimSpace(string(name)))
	return 0
}

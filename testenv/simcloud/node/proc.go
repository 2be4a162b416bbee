package node

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

const (
	processors  = systemd.Processors
	memoryTotal = 16 << 20 // KiB
)

// busy is the time of processors that was used, in seconds.
func (n *Node) busy(manager *systemd.Manager) float64 {
	burnt, _ := manager.Burnt()
	return n.opt.Network.Load().BusySeconds + burnt.Seconds()
}

func (n *Node) uptime(since time.Duration, manager *systemd.Manager) []byte {
	idle := since.Seconds()*processors - n.busy(manager)
	return fmt.Appendf(nil, "%.2f %.2f\n", since.Seconds(), max(idle, 0))
}

// stat tells CPU times in 1/100 s; a quarter of what is busy is the kernel's.
func (n *Node) stat(since time.Duration, manager *systemd.Manager) []byte {
	busy := n.busy(manager) * 100
	idle := max(since.Seconds()*100*processors-busy, 0)
	return fmt.Appendf(nil, "cpu  %d 0 %d %d 0 0 0 0 0 0\nctxt %d\nbtime %d\nprocesses 1000\nprocs_running 1\nprocs_blocked 0\n",
		int64(busy*0.75), int64(busy*0.25), int64(idle), since.Milliseconds(), manager.Booted().Unix())
}

func (n *Node) loadavg(manager *systemd.Manager) []byte {
	_, programs := manager.Burnt()
	average, processes := n.opt.Network.Load().Average+float64(programs), len(manager.Processes())
	return fmt.Appendf(nil, "%.2f %.2f %.2f 1/%d %d\n", average, average, average, processes, manager.Started())
}

// meminfo tells of memory; taken is what the files of a tmpfs take of it.
func (n *Node) meminfo(taken int64) []byte {
	total := cmp.Or(n.opt.Memory>>10, memoryTotal)
	used := min(n.opt.Network.Load().MemoryKiB+uint64(taken>>10), total)
	free := total - used
	return fmt.Appendf(nil, "MemTotal:       %d kB\nMemFree:        %d kB\nMemAvailable:   %d kB\nBuffers:        0 kB\nCached:         0 kB\nSwapTotal:      0 kB\nSwapFree:       0 kB\n",
		total, free, free)
}

// procNetTCP is the kernel's table of IPv4 sockets.
func (n *Node) procNetTCP() []byte {
	var b strings.Builder
	b.WriteString("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n")
	for i, s := range n.opt.Network.Sockets() {
		state := "01"
		if s.State == "LISTEN" {
			state = "0A"
		}
		fmt.Fprintf(&b, "%4d: %s:%04X %s:%04X %s 00000000:00000000 00:00000000 00000000     0        0 %d 1 0000000000000000 100 0 0 10 0\n",
			i, kernelAddress(s.Local), s.LocalPort, kernelAddress(s.Peer), s.PeerPort, state, 10000+i)
	}
	return []byte(b.String())
}

// kernelAddress is an IPv4 address in hex, in the byte order of a
// little-endian machine.
func kernelAddress(text string) string {
	address, err := netip.ParseAddr(text)
	if err != nil || !address.Is4() {
		return "00000000"
	}
	b := address.As4()
	return strings.ToUpper(hex.EncodeToString([]byte{b[3], b[2], b[1], b[0]}))
}

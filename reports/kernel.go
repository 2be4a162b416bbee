package reports

import (
	"encoding/hex"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// ofKernel is an address and a port as Linux lists sockets (proc_net(5): /proc/net/tcp and the
// like): words of 32 bits, each as the processor has it, of which most have their last octet first.
var (
	ofKernel = regexp.MustCompile(`\b(?:[0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}\b`)
	aMoment  = regexp.MustCompile(`^(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d:[0-2]\d[0-5]\d$`) // 20261130:0915
)

// kernels is the address of what ofKernel has found, and what stands behind it.
func kernels(text string) (address netip.Addr, rest string, found bool) {
	if aMoment.MatchString(text) {
		return netip.Addr{}, "", false
	}
	digits, port, _ := strings.Cut(text, ":")
	octets, err := hex.DecodeString(digits)
	if err != nil {
		return netip.Addr{}, "", false
	}
	for word := range slices.Chunk(octets, 4) {
		slices.Reverse(word)
	}
	address, found = netip.AddrFromSlice(octets)
	return address.Unmap(), ":" + port, found
}

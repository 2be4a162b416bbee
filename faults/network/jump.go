package network

import (
	"fmt"
	"net"
	"strings"

	"github.com/openstack-eris/eris/faults"
)

// behind refuses a node by which Eris goes to others: what a node has no more of, new
// connections, is what a jump host is for.
func behind(target faults.Target) error {
	if target.Cloud == nil {
		return nil
	}
	for _, other := range target.Cloud.All() {
		if other.Name == target.Node.Name || other.SSH.Jump == "" {
			continue
		}
		_, host, found := strings.Cut(other.SSH.Jump, "@")
		if !found {
			host = other.SSH.Jump
		}
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if host == target.Node.Name || host == target.Node.Address.Addr().String() {
			return fmt.Errorf("eris goes to %s by way of %s (jump), which could make no new connection to it", other.Name, target.Node.Name)
		}
	}
	return nil
}

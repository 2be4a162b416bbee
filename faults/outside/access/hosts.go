package access

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

// IsCompute refuses what is not a nova-compute by its name or by what runs it.
func IsCompute(s *inventory.Service) error {
	if s == nil {
		return errors.New("it is a whole node, and this fault strikes a nova-compute: select by service")
	}
	for _, name := range []string{s.Name, s.Runtime.Name} {
		if strings.Contains(strings.ReplaceAll(name, "_", "-"), "nova-compute") {
			return nil
		}
	}
	return fmt.Errorf("neither its name nor its %s %q says that it is a nova-compute", s.Runtime.Kind, s.Runtime.Name)
}

// HasCompute tells that an inventory has a nova-compute.
func HasCompute(cloud *inventory.Cloud) bool {
	return slices.ContainsFunc(cloud.Services, func(s *inventory.Service) bool { return IsCompute(s) == nil })
}

// NodeOf is which of these nodes a host of Nova's is.
func NodeOf(host string, nodes []string) (node string, is bool) {
	at := slices.IndexFunc(nodes, func(node string) bool { return host == node || strings.HasPrefix(host, node+".") })
	if at < 0 {
		return "", false
	}
	return nodes[at], true
}

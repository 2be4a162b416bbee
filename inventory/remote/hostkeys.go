package remote

import (
	"net"

	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/inventory/remote/hostkey"
)

// hostKeys verifies one machine's key in one handshake. There is no way around it.
type hostKeys struct {
	*hostkey.Known
	refusal error // why the key that was shown is refused
	proven  bool  // the key that was shown is right
}

func readHostKeys(r route) (*hostKeys, error) {
	known, err := hostkey.Read(r.knownHosts, r.names...)
	if err != nil {
		return nil, err
	}
	return &hostKeys{Known: known}, nil
}

// check is the callback of the handshake.
func (k *hostKeys) check(_ string, _ net.Addr, key ssh.PublicKey) error {
	k.refusal = k.Verify(key)
	k.proven = k.refusal == nil
	return k.refusal
}

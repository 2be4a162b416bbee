package node_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestANameIsLookedUpAsTheCLibraryDoes(t *testing.T) {
	n := newNode(t)
	for _, c := range []struct{ line, out string }{
		{"getent hosts localhost", "127.0.0.1       localhost\n0"},
		{"getent hosts api.example", "2"},
		{"echo nameserver 127.1.0.9 >/etc/resolv.conf; getent hosts api.example", "2"},
		{"echo nameserver 127.1.0.2 >>/etc/resolv.conf; getent hosts api.example", "127.1.0.10      api.example\n0"},
		{"getent hosts nix.example", "2"},
		{"curl -sS http://nix.example:5000/x", "curl: (6) Could not resolve host: nix.example\n6"},
		{"curl -sS http://api.example:5000/x", "OK0"},
		{"nc -z api.example 5000", "0"},
		{"nc -z nix.example 5000", "nc: getaddrinfo for host \"nix.example\" port 5000: name or service not known\n1"},
		{"echo nameserver 127.1.0.3 >/etc/resolv.conf; timeout 0.1 getent hosts api.example", "124"},
		{"curl -sS -m 0.1 http://api.example:5000/x", "curl: (28) Operation timed out\n28"},
	} {
		out, _ := sh(t, n, c.line+"; printf '%s' $?")
		require.Equal(t, c.out, out, c.line)
	}
}

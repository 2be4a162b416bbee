package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConnectionsThatRestAreCounted(t *testing.T) {
	require.Equal(t, 28295, restingIn("sockets: used 40\nTCP: inuse 5 orphan 0 tw 28295 alloc 6 mem 1\nUDP: inuse 2 mem 0\n"))
	require.Zero(t, restingIn("sockets: used 40\nUDP: inuse 2 tw 7\nTCP: inuse 5 tw"))
}

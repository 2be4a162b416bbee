package collectors_test

import (
	"net"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
)

// Connections to who listens come back, and those to who does not are lost.
func TestPacketsCountWhatComesBack(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	_, text, _ := net.SplitHostPort(listener.Addr().String())
	port, err := strconv.Atoi(text)
	require.NoError(t, err)
	probes := &collectors.Packets{Addresses: []string{"127.0.0.1", "127.0.0.2"}, Port: port, Count: 3}
	require.NoError(t, probes.Validate())
	got := frames(t, probes, nil, here)
	for _, want := range []string{
		"packets.sent{probe=tcp:" + text + "}{to=127.0.0.1} 3", "packets.returned{probe=tcp:" + text + "}{to=127.0.0.1} 3", "packets.loss{probe=tcp:" + text + "}{to=127.0.0.1} 0",
		"packets.sent{probe=tcp:" + text + "}{to=127.0.0.2} 3", "packets.returned{probe=tcp:" + text + "}{to=127.0.0.2} 0", "packets.loss{probe=tcp:" + text + "}{to=127.0.0.2} 1",
	} {
		require.Contains(t, got, want)
	}
	require.Len(t, got, 6, "a connection has no round trip")
}

func TestPacketsGoToWhoIsNamedAlone(t *testing.T) {
	named := func(change func(p *collectors.Packets)) error {
		p := collectors.NewPackets()
		p.To = []string{"ctl-2"}
		change(p)
		return p.Validate()
	}
	require.NoError(t, named(func(*collectors.Packets) {}))
	for wrong, change := range map[string]func(p *collectors.Packets){
		"nobody is named":                    func(p *collectors.Packets) { p.To = nil },
		"ctl-2 is there twice":               func(p *collectors.Packets) { p.To = append(p.To, "ctl-2") },
		`"224.0.0.1" is not the IP address`:  func(p *collectors.Packets) { p.Addresses = []string{"224.0.0.1"} },
		`"ctl-3" is not the IP address`:      func(p *collectors.Packets) { p.Addresses = []string{"ctl-3"} },
		`"255.255.255.255" is not the IP`:    func(p *collectors.Packets) { p.Addresses = []string{"255.255.255.255"} },
		"port: 65536 is not":                 func(p *collectors.Packets) { p.Port = 65536 },
		"count: 21 is not from 1 to 20":      func(p *collectors.Packets) { p.Count = 21 },
		"there are more than 32 to send to":  func(p *collectors.Packets) { p.Addresses = slices.Repeat([]string{"127.0.0.1"}, 32) },
		`"fe80::1%eth0" is not the IP addre`: func(p *collectors.Packets) { p.Addresses = []string{"fe80::1%eth0"} },
	} {
		require.ErrorContains(t, named(change), wrong)
	}
	// Whatever the interval is, an address gets at most 50 a second.
	p := &collectors.Packets{Addresses: []string{"127.0.0.2"}, Count: 20}
	require.Contains(t, p.Script(nil, nil, time.Millisecond), "count=20 apart=0.02 ")
	require.Contains(t, p.Script(nil, nil, time.Second), "count=20 apart=0.02 ")
	require.Contains(t, p.Script(nil, nil, time.Minute), "count=20 apart=0.2 ")
}

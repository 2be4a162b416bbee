package network_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
)

func TestAQueueChoosesWhatLeavesByAnInterface(t *testing.T) {
	const any4, any6 = "protocol ip prio 3 u32 match u32 0 0", "protocol ipv6 prio 4 u32 match u32 0 0"
	const four, six = " match u8 5 0xf at 0 match ip protocol ", " match ip6 protocol "
	for _, c := range []struct {
		change func(r *network.Rate)
		want   []string // filters
		args   []string // NAME PREFIX, OTHERS ATTEMPTS WHAT
	}{
		{
			func(*network.Rate) {}, []string{any4, any6},
			[]string{"", "198.18.0.11/32", "", "198.18.0.21:22 198.18.0.12:22 198.18.0.13:22", ""},
		},
		{
			func(r *network.Rate) {
				r.Interface, r.From = "eth1", inventory.Selector{Nodes: []string{"ctl-2", "ctl-3"}}
			},
			[]string{
				"protocol ip prio 3 u32 match ip dst 198.18.0.12/32", "protocol ip prio 3 u32 match ip dst 198.18.0.13/32",
				"protocol ipv6 prio 4 u32 match ip6 dst fd00::12/128",
			},
			[]string{"eth1", "", "198.18.0.12 198.18.0.13 fd00::12", "198.18.0.12:22 198.18.0.13:22", " to ctl-2, ctl-3"},
		},
		{
			func(r *network.Rate) {
				r.Addresses, r.Ports = []netip.Addr{netip.MustParseAddr("198.18.0.10")}, []int{5672, 80, 80}
			},
			[]string{
				"protocol ip prio 3 u32 match ip dst 198.18.0.10/32" + four + "6 0xff match ip dport 80 0xffff",
				"protocol ip prio 3 u32 match ip dst 198.18.0.10/32" + four + "6 0xff match ip sport 80 0xffff",
				"protocol ip prio 3 u32 match ip dst 198.18.0.10/32" + four + "6 0xff match ip dport 5672 0xffff",
				"protocol ip prio 3 u32 match ip dst 198.18.0.10/32" + four + "6 0xff match ip sport 5672 0xffff",
				"protocol ip prio 3 u32 match ip dst 198.18.0.10/32" + four + "17 0xff match ip dport 80 0xffff",
				"protocol ip prio 3 u32 match ip dst 198.18.0.10/32" + four + "17 0xff match ip sport 80 0xffff",
				"protocol ip prio 3 u32 match ip dst 198.18.0.10/32" + four + "17 0xff match ip dport 5672 0xffff",
				"protocol ip prio 3 u32 match ip dst 198.18.0.10/32" + four + "17 0xff match ip sport 5672 0xffff",
			},
			[]string{"", "198.18.0.11/32", "198.18.0.10", "198.18.0.10:80", " to 198.18.0.10, port 80, 5672"},
		},
		{
			func(r *network.Rate) { r.Ports = []int{80} },
			[]string{
				"protocol ip prio 3 u32" + four + "6 0xff match ip dport 80 0xffff", "protocol ip prio 3 u32" + four + "6 0xff match ip sport 80 0xffff",
				"protocol ip prio 3 u32" + four + "17 0xff match ip dport 80 0xffff", "protocol ip prio 3 u32" + four + "17 0xff match ip sport 80 0xffff",
				"protocol ipv6 prio 4 u32" + six + "6 0xff match ip6 dport 80 0xffff", "protocol ipv6 prio 4 u32" + six + "6 0xff match ip6 sport 80 0xffff",
				"protocol ipv6 prio 4 u32" + six + "17 0xff match ip6 dport 80 0xffff", "protocol ipv6 prio 4 u32" + six + "17 0xff match ip6 sport 80 0xffff",
			},
			[]string{"", "198.18.0.11/32", "", "198.18.0.21:80 198.18.0.12:80 198.18.0.13:80", ", port 80"},
		},
	} {
		r := network.NewRate()
		c.change(r)
		s, err := r.Scripts(target(t, "ctl-1", ""))
		require.NoError(t, err)
		require.Equal(t, c.want, strings.Split(s.Args[3], ";"))
		require.Equal(t, c.args, append(append([]string{}, s.Args[1:3]...), s.Args[4:7]...))
		require.Equal(t, []string{"tbf", "1048576"}, s.Args[7:])
		require.Equal(t, []string{"network:queue"}, s.Resources)
	}
}

func TestWhatNetemIsTold(t *testing.T) {
	for want, f := range map[string]faults.Fault{
		"delay 100000us|100":                                    network.NewDelay(),
		"delay 1500000us 20000us 25%|1480":                      &network.Delay{Delay: 1500 * time.Millisecond, Jitter: 20 * time.Millisecond, Correlation: 0.25},
		"delay 100000us 30000us distribution normal|10":         &network.Delay{Delay: 100 * time.Millisecond, Jitter: 30 * time.Millisecond, Distribution: "normal"},
		"delay 100000us 90000us 5% distribution paretonormal|0": &network.Delay{Delay: 100 * time.Millisecond, Jitter: 90 * time.Millisecond, Correlation: 0.05, Distribution: "paretonormal"},
		"corrupt 1%":                   network.NewCorrupt(),
		"corrupt 0.07% 30%":            &network.Corrupt{Chance: network.Chance{Share: 0.0007, Correlation: 0.3}},
		"duplicate 10%":                network.NewDuplicate(),
		"delay 10000us reorder 25%":    network.NewReorder(),
		"delay 2000us reorder 58% 50%": &network.Reorder{Chance: network.Chance{Share: 0.58, Correlation: 0.5}, Delay: 2 * time.Millisecond},
	} {
		s, err := f.Scripts(target(t, "ctl-1", ""))
		require.NoError(t, err)
		require.Equal(t, "netem", s.Args[7])
		require.Equal(t, want, strings.Join(s.Args[8:], "|"))
	}
}

func TestAQueueRefusesWhatIsNone(t *testing.T) {
	delay := func(change func(d *network.Delay)) faults.Fault {
		d := network.NewDelay()
		change(d)
		return d
	}
	for _, c := range []struct {
		service string
		fault   faults.Fault
		want    string
	}{
		{"", &network.Rate{Rate: 1000}, "rate: 1000B is not from 1KiB to 4GiB"},
		{"", &network.Rate{Rate: 8 << 30}, "rate: 8GiB is not from"},
		{"", &network.Rate{Rate: 1 << 20, Egress: network.Egress{Ports: []int{0}}}, "ports: 0 is not between"},
		{"", &network.Rate{Rate: 1 << 20, Egress: network.Egress{Link: network.Link{Interface: "lo"}}}, "interface: lo is"},
		{"", &network.Rate{Rate: 1 << 20, Egress: network.Egress{From: inventory.Selector{Node: "ctl-1"}}}, "nobody is left on the other side"},
		{"keystone", network.NewRate(), "this fault strikes whole nodes"},
		{"", delay(func(d *network.Delay) { d.Delay = 3 * time.Second }), "delay: 3s is not from 1ms to 2s"},
		{"", delay(func(d *network.Delay) { d.Delay = 0 }), "delay: 0s is not"},
		{"", delay(func(d *network.Delay) { d.Jitter = time.Second }), "jitter: 1s is not from 0s to the delay, 100ms"},
		{"", delay(func(d *network.Delay) { d.Jitter, d.Distribution = time.Millisecond, "cauchy" }), `distribution: "cauchy" is none of`},
		{"", delay(func(d *network.Delay) { d.Distribution = "normal" }), "jitter: without it there is neither"},
		{"", delay(func(d *network.Delay) { d.Jitter, d.Correlation = time.Millisecond, 1.5 }), "correlation: 150% is not from 0% to 100%"},
		{"", &network.Corrupt{}, "share: 0% is not over 0%"},
		{"", &network.Duplicate{Chance: network.Chance{Share: 1.2}}, "share: 120% is not over 0%, to 100%"},
		{"", &network.Reorder{Chance: network.Chance{Share: 0.2}}, "delay: 0s is not from 1ms"},
	} {
		_, err := c.fault.Scripts(target(t, "ctl-1", c.service))
		require.ErrorContains(t, err, c.want)
		if v, is := c.fault.(interface{ Validate() error }); is && c.service == "" && !strings.Contains(c.want, "nobody") {
			require.ErrorContains(t, v.Validate(), c.want)
		}
	}
}

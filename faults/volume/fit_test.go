package volume

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// fit is a volume that may be struck.
func fit() *sight {
	s := &sight{
		Volume: compute.Volume{ID: "v-1", Name: "data", Status: "in-use", Size: 5, Metadata: map[string]string{"eris.chaos": "allowed"}, Servers: []string{"s-1"}},
		server: &compute.Server{ID: "s-1", Name: "web", Host: "cmp-1.example.org", Status: "ACTIVE", Root: "/dev/vda", Volumes: []compute.Attachment{
			{Volume: "v-1", Device: "/dev/vdb", Tag: "data", Ends: true},
		}},
	}
	s.at = &s.server.Volumes[0]
	return s
}

func TestWhatIsNotTakenFromItsServer(t *testing.T) {
	t.Parallel()
	require.Empty(t, fit().wrongs("cmp-1", detach))
	for reason, change := range map[string]func(s *sight){
		"data (v-1) is bootable":                                                         func(s *sight) { s.Bootable = true },
		"can be at several servers at once":                                              func(s *sight) { s.Multiattach = true },
		"is encrypted":                                                                   func(s *sight) { s.Encrypted = true },
		"data (v-1) is detaching, at 1 servers":                                          func(s *sight) { s.Status = "detaching" },
		"data (v-1) is available, at 0 servers":                                          func(s *sight) { s.Status, s.Servers = "available", nil },
		"data (v-1) is in-use, at 2 servers":                                             func(s *sight) { s.Servers = append(s.Servers, "s-2") },
		"attached to the server s-1, which Nova does not know":                           func(s *sight) { s.server, s.at = nil, nil },
		"attached to the server web by Cinder, and not by Nova":                          func(s *sight) { s.at = nil },
		`the server web, which has data (v-1), is on "cmp-10" by Nova, and not on cmp-1`: func(s *sight) { s.server.Host = "cmp-10" },
		"the server web is ERROR":                                                        func(s *sight) { s.server.Status = "ERROR" },
		"the server web is being changed: migrating":                                     func(s *sight) { s.server.Task = "migrating" },
		"the server web is locked":                                                       func(s *sight) { s.server.Locked = true },
		"is the root disk of the server web (/dev/sdb)":                                  func(s *sight) { s.at.Device, s.server.Root = "/dev/sdb", "/dev/sdb" },
		"is the root disk of the server web (/dev/xvda)":                                 func(s *sight) { s.at.Device = "/dev/xvda" },
		"is the root disk of the server web (/dev/vda)":                                  func(s *sight) { s.at.Device, s.server.Root = "/dev/vda", "" },
		"Nova does not say which device":                                                 func(s *sight) { s.at.Device = "" },
		"which would be /dev/vdb, and the server web has data (v-1) as /dev/vdd":         func(s *sight) { s.at.Device = "/dev/vdd" },
		"is not to be struck: its property eris.chaos is never":                          func(s *sight) { s.Metadata["eris.chaos"] = "never" },
		"a server may be writing to data (v-1), and loses that":                          func(s *sight) { s.Metadata = nil },
		"a volume fault of another run is still here (0a1b2c3d-x-1-1)":                   func(s *sight) { s.Metadata["eris.fault"] = s.mark("0a1b2c3d-x-1-1", "cmp-2").String() },
		"a volume fault of another run is still here (what): it is data (v-1)'s ":        func(s *sight) { s.Metadata["eris.fault"] = "what" },
	} {
		s := fit()
		change(s)
		require.Contains(t, strings.Join(s.wrongs("cmp-1", detach), "; "), reason)
	}
	given := fit()
	given.Metadata = nil
	require.Empty(t, given.wrongs("cmp-1", detachWithData))
	given.Metadata = map[string]string{"eris.chaos": "never"}
	require.Len(t, given.wrongs("cmp-1", detachWithData), 1, "never is never")
}

// A server's own further disks have names as volumes do.
func TestANameThatAFurtherDiskHasIsNotFree(t *testing.T) {
	t.Parallel()
	s := fit()
	s.at.Device = "/dev/vdc"
	require.Len(t, s.wrongs("cmp-1", detach), 1)
	s.server.Extra = 1
	require.Empty(t, s.wrongs("cmp-1", detach))
	s.server.Extra, s.server.Volumes = 0, append(s.server.Volumes, compute.Attachment{Volume: "v-2", Device: "/dev/vdb"})
	require.Empty(t, s.wrongs("cmp-1", detach))
}

func TestAMarkIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{"", "data", "the data, ends=true tag=x"} {
		for _, ends := range []bool{true, false} {
			m := &mark{"7f3c0a1e-x-1-1", "cmp-1", "s-1", compute.Attachment{Volume: "v-1", Device: "/dev/vdb", Tag: tag, Ends: ends}}
			read, err := readMark(m.String())
			require.NoError(t, err)
			require.Equal(t, m, read)
			kept, err := ofLines(m.lines())
			require.NoError(t, err)
			kept.id, kept.node = m.id, m.node
			require.Equal(t, m, kept)
		}
	}
	for _, other := range []string{"", "7f3c0a1e-x-1-1", "x on=n volume=v server=s device=d ends=perhaps tag="} {
		_, err := readMark(other)
		require.ErrorContains(t, err, "is not as Eris writes it")
	}
	_, err := ofLines([]string{"Volume=v-1", "EndsWithServer=true"})
	require.ErrorContains(t, err, "it was not kept whole")
}

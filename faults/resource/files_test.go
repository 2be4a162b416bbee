package resource_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/inventory/remote"
)

// The steps on two processes that a test gives the unit: each is lowered to where
// so many numbers are free, one that is started meanwhile gets what all had, and
// one whose number came to somebody else is left alone.
func TestEachProcessIsGivenBackWhatItHad(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "process.fd_exhaust")
	s, err := resource.NewFDExhaust().Scripts(bed.Target())
	require.NoError(t, err)
	const world = `mkdir -p /root/files; cd /root/files; ERIS_TOUCHED=yes
echo ActiveState=active >before
service_processes() { echo $all; }
service_state() { systemctl show memcached.service -p ActiveState --value; }
limits() { cat "limit.$1" 2>/dev/null; }
born() { cat "born.$1" 2>/dev/null; }
open() { [ "$2" = 12 ] && echo 10 || echo 9; }
may() { set -- $1 ${2#--nofile=}; echo "${2%:} 4096" >"limit.$1"; }
show() { grep . limit.*; }
`
	// The family's own functions are replaced by those of the world.
	_, own, found := strings.Cut(s.Undo, "# files_undo.sh")
	require.True(t, found)
	_, inject, found := strings.Cut(s.Inject, "# files_inject.sh")
	require.True(t, found)
	pid := bed.Shell(t, "systemctl show memcached.service -p MainPID --value")
	script := world + `
service=memcached.service left=2
echo 1024 4096 >limit.` + pid + `; echo 1024 4096 >limit.7000000; echo 1 >born.` + pid + `; echo 2 >born.7000000
all="` + pid + ` 7000000"
(
#` + inject + `
)
(
#` + inject + `
)
show; cat was
echo 11 4096 >limit.7000001; echo 3 >born.7000001
echo 11 4096 >limit.7000002; echo 4 >born.7000002
echo 5 >born.7000000; echo 2 4096 >limit.7000000
all="` + pid + ` 7000001"
(
#` + own + `
)
show`
	result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: script, Args: s.Args, Root: true})
	require.Equal(t, remote.Done, result.State, "%v", result.Err)
	require.Equal(t, strings.ReplaceAll(`limit.PID:11 4096
limit.7000000:2 4096
PID 1 1024 11
7000000 2 1024 2
limit.PID:1024 4096
limit.7000000:2 4096
limit.7000001:1024 4096
limit.7000002:11 4096
`, "PID", pid), string(result.Stdout), "%s", result.Stderr)
}

func TestAServiceWithoutFilesToLoseIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "process.fd_exhaust")
	bed.Shell(t, "prlimit --pid $(systemctl show memcached.service -p MainPID --value) --nofile=11:")
	require.Contains(t, bed.Refusal(t, resource.NewFDExhaust()), "of memcached.service may open only 2 files more already, which is not more than 2")
	bed.Shell(t, "systemctl stop memcached")
	require.Contains(t, bed.Refusal(t, resource.NewFDExhaust()), "memcached.service is inactive, not active")
}

package systemd_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// worker is a manager with a daemon, whose scripts "burn" on as many programs as
// they say, and "take" bytes in the tmpfs of their unit.
func worker(t *testing.T, test func(t *testing.T, m *systemd.Manager, files *memfs.FS)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		files := memfs.New()
		write(t, files, "/lib/systemd/system/app.service", strings.Replace(unitFile, "RESTART", "no", 1))
		var m *systemd.Manager
		m = systemd.New(t.Context(), systemd.Options{
			FS:      files,
			Daemons: map[string]systemd.Daemon{"app.service": {Startup: func() time.Duration { return 0 }, Memory: 100 << 20}},
			Run: func(ctx context.Context, s systemd.Script) int {
				switch s.Args[0] {
				case "burn":
					for range s.Args[1:] {
						defer m.Burn(ctx)()
					}
				case "take":
					if len(s.Args) > 1 {
						time.Sleep(time.Second) // to be moved meanwhile
					}
					file, err := s.FS.Open("/own/file", os.O_WRONLY|os.O_CREATE, 0o600)
					if err != nil || file.Allocate(64<<20) != nil {
						return 1
					}
				}
				<-ctx.Done()
				return 137
			},
		})
		defer m.Halt()
		require.NoError(t, m.Start(t.Context(), "app.service", true))
		test(t, m, files)
	})
}

func show(m *systemd.Manager, unit, name string) string {
	for _, p := range m.Show(unit) {
		if p.Name == name {
			return p.Value
		}
	}
	return "?"
}

func TestAQuotaBoundsWhatAUnitsProgramsCompute(t *testing.T) {
	worker(t, func(t *testing.T, m *systemd.Manager, files *memfs.FS) {
		_, err := m.Run(systemd.Transient{Unit: "load", Args: []string{"burn", "1", "2", "3"}, Collect: true, Properties: []string{"CPUQuota=150%"}})
		require.NoError(t, err)
		time.Sleep(10 * time.Second)
		require.Equal(t, "15000000000", show(m, "load.service", "CPUUsageNSec"))
		require.Equal(t, "1.5s", show(m, "load.service", "CPUQuotaPerSecUSec"))
		data, err := files.ReadFile("/sys/fs/cgroup/system.slice/load.service/cpu.max")
		require.NoError(t, err)
		require.Equal(t, "150000 100000\n", string(data))
		require.NoError(t, m.Freeze("load.service", true))
		time.Sleep(10 * time.Second)
		require.Equal(t, "15000000000", show(m, "load.service", "CPUUsageNSec"), "frozen")
		burnt, programs := m.Burnt()
		require.Equal(t, 15*time.Second, burnt)
		require.Equal(t, 3, programs)
		require.NoError(t, m.Freeze("load.service", false))
		require.NoError(t, m.Stop(t.Context(), "load.service", true))
		_, programs = m.Burnt()
		require.Zero(t, programs)
	})
}

func TestADaemonComputesSlowerBesideALoadAndUnderAQuota(t *testing.T) {
	worker(t, func(t *testing.T, m *systemd.Manager, files *memfs.FS) {
		compute := func() time.Duration { return m.Compute("app.service", 10*time.Millisecond).Round(time.Microsecond) }
		require.Equal(t, 10*time.Millisecond, compute())
		_, err := m.Run(systemd.Transient{Unit: "half", Args: []string{"burn", "1", "2"}, Properties: []string{"CPUWeight=300"}})
		require.NoError(t, err)
		synctest.Wait()
		require.Equal(t, 20*time.Millisecond, compute(), "half of the processors are left")
		_, err = m.Run(systemd.Transient{Unit: "rest", Args: []string{"burn", "1", "2", "3"}})
		require.NoError(t, err)
		synctest.Wait()
		require.Equal(t, 40*time.Millisecond, compute(), "nothing is left, and it has its share by weight: 100 of 400")
		require.NoError(t, m.Stop(t.Context(), "half.service", true))
		require.NoError(t, m.Stop(t.Context(), "rest.service", true))
		require.Equal(t, 10*time.Millisecond, compute())

		write(t, files, "/run/systemd/system/app.service.d/zz.conf", "[Service]\nCPUQuota=10%\n")
		require.Equal(t, 10*time.Millisecond, compute(), "not read yet")
		m.DaemonReload()
		require.Equal(t, 10*time.Millisecond, compute(), "the first of a period")
		require.Equal(t, 100*time.Millisecond, compute())
		require.Equal(t, 200*time.Millisecond, compute(), "it waits for what came before")
		require.NoError(t, files.Remove("/run/systemd/system/app.service.d/zz.conf"))
		m.DaemonReload()
		require.Equal(t, 10*time.Millisecond, compute())
	})
}

func TestADiskServesOneAfterTheOtherAndALimitHolds(t *testing.T) {
	worker(t, func(t *testing.T, m *systemd.Manager, files *memfs.FS) {
		moved := func(unit string, bytes int64) time.Duration {
			return m.Transfer(unit, bytes, true).Round(time.Millisecond)
		}
		require.Equal(t, 500*time.Millisecond, moved("app.service", 100<<20))
		require.Equal(t, 505*time.Millisecond, moved("app.service", 1<<20), "behind what others write")
		time.Sleep(time.Second)
		write(t, files, "/run/systemd/system/app.service.d/zz.conf", "[Service]\nIOWriteBandwidthMax=/ 1M\n")
		m.DaemonReload()
		require.Equal(t, time.Second, moved("app.service", 1e6))
		require.Equal(t, 1005*time.Millisecond, moved("other.service", 200<<20), "it is another's limit")
		require.Less(t, m.Transfer("app.service", 1000, false), 1010*time.Millisecond, "reading has none, and waits for the disk")
		data, err := files.ReadFile("/sys/fs/cgroup/system.slice/app.service/io.max")
		require.NoError(t, err)
		require.Contains(t, string(data), "rbps=max wbps=1000000 riops=max wiops=max")
	})
}

func TestAUnitsOwnFilesAreItsMemoryAndEndWithIt(t *testing.T) {
	for limit, taken := range map[string]int64{"128M": 64 << 20, "32M": 0} {
		worker(t, func(t *testing.T, m *systemd.Manager, files *memfs.FS) {
			_, err := m.Run(systemd.Transient{
				Unit: "load", Args: []string{"take"}, Collect: true, Properties: []string{"TemporaryFileSystem=/own:size=100M", "MemoryMax=" + limit},
			})
			require.NoError(t, err)
			synctest.Wait()
			require.Equal(t, taken, m.Taken(), "with %s it is ended by the kernel", limit)
			require.Equal(t, taken > 0, show(m, "load.service", "ActiveState") == "active")
			require.False(t, files.Exists("/own/file"), "nobody else sees it")
			if taken > 0 {
				require.Equal(t, "69206016", show(m, "load.service", "MemoryCurrent"))
				require.NoError(t, m.Stop(t.Context(), "load.service", true))
				require.Zero(t, m.Taken())
			}
		})
	}
}

// What is moved into another unit's group counts there and is the first to go; the unit
// goes with it, unless it says otherwise.
func TestAProcessInAnothersGroup(t *testing.T) {
	for _, c := range []struct {
		settings     string
		there, stays bool
	}{{"MemoryMax=300M", true, true}, {"MemoryMax=150M", false, false}, {"MemoryMax=150M\nOOMPolicy=continue", false, true}} {
		worker(t, func(t *testing.T, m *systemd.Manager, files *memfs.FS) {
			write(t, files, "/run/systemd/system/app.service.d/zz.conf", "[Service]\n"+c.settings+"\n")
			m.DaemonReload()
			app := show(m, "app.service", "MainPID")
			_, err := m.Run(systemd.Transient{Unit: "load", Args: []string{"take", "late"}, Collect: true, Properties: []string{"TemporaryFileSystem=/own:size=100M"}})
			require.NoError(t, err)
			pid := show(m, "load.service", "MainPID")
			require.NoError(t, files.WriteFile("/sys/fs/cgroup/system.slice/app.service/cgroup.procs", []byte(pid+"\n"), 0))
			members, err := files.ReadFile("/sys/fs/cgroup/system.slice/app.service/cgroup.procs")
			require.NoError(t, err)
			require.Equal(t, app+"\n"+pid+"\n", string(members))
			members, err = files.ReadFile("/sys/fs/cgroup/system.slice/load.service/cgroup.procs")
			require.NoError(t, err)
			require.Empty(t, members)
			time.Sleep(2 * time.Second)
			synctest.Wait()
			require.Equal(t, c.there, show(m, "load.service", "ActiveState") == "active", c.settings)
			require.Equal(t, c.stays, show(m, "app.service", "ActiveState") == "active", c.settings)
			if c.there {
				require.Equal(t, strconv.Itoa((100+64+2)<<20), show(m, "app.service", "MemoryCurrent"))
				require.NoError(t, m.Stop(t.Context(), "app.service", true))
				synctest.Wait() // its own unit hears of it afterwards
				require.NotEqual(t, "active", show(m, "load.service", "ActiveState"), "what ends the unit ends it too")
			}
		})
	}
}

func TestSettingsThatSystemdRefuses(t *testing.T) {
	worker(t, func(t *testing.T, m *systemd.Manager, _ *memfs.FS) {
		for _, property := range []string{"CPUQuota=80", "CPUQuota=x%", "MemoryMax=lots", "IOReadBandwidthMax=/", "IOWriteBandwidthMax=/ x"} {
			_, err := m.Run(systemd.Transient{Args: []string{"burn"}, Properties: []string{property}})
			require.Error(t, err, property)
		}
	})
}

package lab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeHost is a machine on which a test says what there is.
type fakeHost struct{ is facts }

func (h fakeHost) facts(...string) (facts, error) { return h.is, nil }

// goodHost can carry anything.
func goodHost(o Options) facts {
	return facts{
		root: true, totalMiB: 64 << 10, availableMiB: 60 << 10, apt: true, loop: true, bridged: true, debian: true,
		rooms:       map[string]room{o.CacheDir: {1, 1 << 20}, o.StateDir: {1, 1 << 20}},
		controllers: []string{"cpu", "cpuacct", "freezer", "memory", "pids"},
	}
}

// refused brings a lab up on a machine that is changed from a good one, and
// returns why that was refused. Nothing may have been made.
func refused(t *testing.T, change func(o Options, f *facts)) string {
	t.Helper()
	return refusedOf(t, "keystone", change)
}

// refusedOf is refused for a lab of that profile.
func refusedOf(t *testing.T, profile string, change func(o Options, f *facts)) string {
	t.Helper()
	dir := t.TempDir()
	o := Options{Name: "refused", Profile: profile, StateDir: filepath.Join(dir, "state"), CacheDir: filepath.Join(dir, "cache")}
	f := goodHost(o)
	change(o, &f)
	o.host = fakeHost{f}
	o.Progress = func(step, detail string) { t.Errorf("did something: %s: %s", step, detail) }
	err := Up(t.Context(), o)
	var unfit *Unfit
	require.ErrorAs(t, err, &unfit)
	left, readErr := os.ReadDir(dir)
	require.NoError(t, readErr)
	require.Empty(t, left)
	return err.Error()
}

func TestUpWithoutRootIsRefused(t *testing.T) {
	require.Contains(t, refused(t, func(_ Options, f *facts) { f.root = false }), "not root")
}

func TestUpWithTooLittleMemoryIsRefused(t *testing.T) {
	small := refused(t, func(_ Options, f *facts) { f.totalMiB, f.availableMiB = 1000, 800 })
	require.Contains(t, small, "1300 MiB of memory needed, 800 of 1000 available: a larger machine")
	busy := refused(t, func(_ Options, f *facts) { f.totalMiB, f.availableMiB = 8000, 800 })
	require.Contains(t, busy, "800 of 8000 available: end other programs or labs")
}

func TestAWholeOpenStackIsRefusedWith8GiBAndNotWith16(t *testing.T) {
	why := refusedOf(t, "openstack", func(_ Options, f *facts) { f.totalMiB, f.availableMiB = 7900, 7300 })
	require.Contains(t, why, "12500 MiB of memory needed, 7300 of 7900 available: a larger machine")
	o, profile, err := choose(Options{Name: "fits", Profile: "openstack", StateDir: t.TempDir(), CacheDir: t.TempDir()})
	require.NoError(t, err)
	f := goodHost(o)
	f.totalMiB, f.availableMiB = 15900, 15000
	require.Empty(t, f.problems(needsOf(o, profile)))
}

func TestUpWithoutRoomIsRefused(t *testing.T) {
	one := refused(t, func(o Options, f *facts) {
		// either would do for itself, and both are on the same disk
		f.rooms = map[string]room{o.CacheDir: {1, 2000}, o.StateDir: {1, 2000}}
	})
	require.Contains(t, one, "2600 MiB of room needed in ")
	require.Contains(t, one, "cache and ")
	two := refused(t, func(o Options, f *facts) {
		f.rooms = map[string]room{o.CacheDir: {1, 2000}, o.StateDir: {2, 500}}
	})
	require.Contains(t, two, "900 MiB of room needed in ")
	require.Contains(t, two, "state, 500 free")
	require.NotContains(t, two, "cache and")
}

func TestUpWithoutPackagesIsRefused(t *testing.T) {
	missing := []string{"debootstrap", "systemd-container"}
	user := refused(t, func(_ Options, f *facts) { f.root, f.missing = false, missing })
	require.Contains(t, user, "apt-get install debootstrap systemd-container")
	foreign := refused(t, func(_ Options, f *facts) { f.apt, f.missing = false, missing })
	require.Contains(t, foreign, "debootstrap systemd-container missing, and there is no apt-get")
}

func TestRootOnDebianNeedsNoPackages(t *testing.T) {
	o, err := Options{}.withDefaults()
	require.NoError(t, err)
	f := goodHost(o)
	f.missing = []string{"debootstrap"}
	require.Empty(t, f.problems(needs{memoryMiB: 1000, room: map[string]int{o.CacheDir: 10}}))
}

func TestUpWithoutCgroupsIsRefused(t *testing.T) {
	require.Contains(t, refused(t, func(_ Options, f *facts) { f.controllers = []string{"cpu", "pids", "freezer"} }), "the cgroup controller memory")
	require.Equal(t, 4, strings.Count(refused(t, func(_ Options, f *facts) { f.controllers = nil }), "cgroup controller"))
}

func TestUpInACrowdedCgroupIsRefused(t *testing.T) {
	require.Contains(t, refused(t, func(_ Options, f *facts) { f.crowded = true }), "hands no controller down: mkdir /sys/fs/cgroup/init")
}

func TestUpWithoutLoopDevicesIsRefused(t *testing.T) {
	require.Contains(t, refused(t, func(_ Options, f *facts) { f.loop = false }), "modprobe loop")
}

func TestUpElsewhereThanOnDebianIsRefused(t *testing.T) {
	require.Contains(t, refused(t, func(_ Options, f *facts) { f.debian = false }), "this is not Debian")
}

func TestSecurityGroupsNeedAKernelThatFiltersBridges(t *testing.T) {
	o, err := Options{}.withDefaults()
	require.NoError(t, err)
	f := goodHost(o)
	f.bridged = false
	for name, want := range map[string]int{"openstack": 1, "keystone": 0} {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		require.Len(t, f.problems(needs{bridged: profile.filtersBridges()}), want, name)
	}
}

func TestAllProblemsAreSaidAtOnce(t *testing.T) {
	says := refused(t, func(_ Options, f *facts) { *f = facts{missing: []string{"debootstrap"}} })
	require.Equal(t, 10, strings.Count(says, "\n  - "), says)
}

func TestMemoryIsReadFromTheKernel(t *testing.T) {
	total, available := parseMeminfo("MemTotal:       24683520 kB\nMemFree:        1 kB\nMemAvailable:   20971520 kB\n")
	require.Equal(t, 24105, total)
	require.Equal(t, 20480, available)
}

func TestRoomIsThatOfTheNearestFolder(t *testing.T) {
	dir := t.TempDir()
	have, err := roomIn(dir)
	require.NoError(t, err)
	below, err := roomIn(filepath.Join(dir, "not", "yet"))
	require.NoError(t, err)
	require.Equal(t, have.device, below.device)
	require.Positive(t, below.freeMiB)
}

func TestHolesTakeNoRoom(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "disk.img"))
	require.NoError(t, err)
	require.NoError(t, f.Truncate(1<<30))
	_, err = f.WriteAt(make([]byte, 3<<20), 1<<20)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.InDelta(t, 3, usedMiB(dir), 1)
	require.Zero(t, usedMiB(filepath.Join(dir, "nothing")))
}

func TestAgeIsReadFromTheKernel(t *testing.T) {
	stat := "42 (a ) name) S " + strings.Repeat("0 ", 18) + "150000 0 0\n"
	require.Equal(t, "8m20s", parseAge(stat, "2000.00 1.00\n").String())
	require.Zero(t, parseAge("42 (x) S", "2000.00 1.00"))
}

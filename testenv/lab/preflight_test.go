package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// fakeHost is a machine on which a test says what there is.
type fakeHost struct {
	is      facts
	mirror  error    // of whoever fetches
	fetched []string // releases
}

func (h *fakeHost) facts(...string) (facts, error) { return h.is, nil }

func (h *fakeHost) reach(_ context.Context, suite string) error {
	h.fetched = append(h.fetched, suite)
	return h.mirror
}

// goodHost can carry anything.
func goodHost(o Options) facts {
	return facts{
		root: true, totalMiB: 64 << 10, availableMiB: 60 << 10, apt: true, loop: true, bridged: true, debian: true,
		rooms:       map[string]room{o.CacheDir: {device: 1, freeMiB: 1 << 20}, o.StateDir: {device: 1, freeMiB: 1 << 20}},
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
	return refusedAt(t, profile, nil, change)
}

// refusedAt is refusedOf where the package mirror fails so.
func refusedAt(t *testing.T, profile string, mirror error, change func(o Options, f *facts)) string {
	t.Helper()
	dir := t.TempDir()
	o := Options{Name: "refused", Profile: profile, StateDir: filepath.Join(dir, "state"), CacheDir: filepath.Join(dir, "cache")}
	f := goodHost(o)
	change(o, &f)
	o.host = &fakeHost{is: f, mirror: mirror}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o.Progress = func(step, detail string) {
		t.Errorf("did something: %s: %s", step, detail)
		cancel() // before a lab comes of it
	}
	err := Up(ctx, o)
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
		f.rooms = map[string]room{o.CacheDir: {device: 1, freeMiB: 2000}, o.StateDir: {device: 1, freeMiB: 2000}}
	})
	require.Contains(t, one, "2600 MiB of room needed in ")
	require.Contains(t, one, "cache and ")
	two := refused(t, func(o Options, f *facts) {
		f.rooms = map[string]room{o.CacheDir: {device: 1, freeMiB: 2000}, o.StateDir: {device: 2, freeMiB: 500}}
	})
	require.Contains(t, two, "900 MiB of room needed in ")
	require.Contains(t, two, "state, 500 free")
	require.NotContains(t, two, "cache and")
}

func TestUpOnAReadOnlyMountIsRefused(t *testing.T) {
	says := refused(t, func(o Options, f *facts) {
		f.rooms[o.StateDir] = room{device: 1, freeMiB: 1 << 20, mount: "/srv", options: []string{"ro"}}
	})
	require.Contains(t, says, "state is on /srv, which is mounted ro, and has to be written to: mount -o remount,rw /srv, or name other folders")
}

func TestAnImageIsNotBuiltWhereItHasNoDevicesOrPrograms(t *testing.T) {
	says := refused(t, func(o Options, f *facts) {
		// nodes have mounts of their own for what they write: nothing is wrong with that of the state
		f.rooms[o.StateDir] = room{device: 2, freeMiB: 1 << 20, mount: "/srv", options: []string{"nodev", "noexec"}}
		f.rooms[o.CacheDir] = room{device: 1, freeMiB: 1 << 20, mount: "/var", options: []string{"nodev", "noexec"}}
	})
	require.Contains(t, says, "cache is on /var, which is mounted nodev,noexec, and the image that is built there has devices and programs of its own: mount -o remount,dev,exec /var,")
	require.NotContains(t, says, "/srv")
}

// cachedImage makes a lab's options whose image is there already.
func cachedImage(t *testing.T) (Options, *Profile) {
	t.Helper()
	o, profile, err := choose(Options{Name: "cached", Profile: "keystone", StateDir: t.TempDir(), CacheDir: t.TempDir()})
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(imagePath(o, profile), 0o755))
	return o, profile
}

func TestAnImageThatIsThereIsOnlyRead(t *testing.T) {
	o, profile := cachedImage(t)
	f := goodHost(o)
	f.rooms[o.CacheDir] = room{device: 1, freeMiB: 1 << 20, mount: "/var", options: []string{"nodev", "noexec"}}
	h := &fakeHost{is: f, mirror: errors.New("no such host")}
	o.host = h
	require.NoError(t, preflight(t.Context(), o, profile))
	require.Empty(t, h.fetched)
}

func TestUpWithoutAMirrorIsRefusedWhereSomethingIsFetched(t *testing.T) {
	gone := errors.New("fetch http://mirror.example/debian: no such host")
	says := refusedAt(t, "keystone", gone, func(Options, *facts) {})
	require.Contains(t, says, "the image cannot be fetched: mend this machine's network")
	require.Contains(t, says, "http://mirror.example/debian: no such host")

	o, profile := cachedImage(t)
	f := goodHost(o)
	f.missing = []string{"debootstrap", "nftables"}
	o.host = &fakeHost{is: f, mirror: gone}
	require.ErrorContains(t, preflight(t.Context(), o, profile), "debootstrap nftables cannot be fetched")
	f.root = false
	require.Empty(t, unreachable(t.Context(), o.host, f, needs{build: "bookworm"}), "who is not root may not read how apt fetches")
}

func TestMountOptionsAreReadFromTheKernel(t *testing.T) {
	require.Equal(t, []string{"ro", "nodev", "noexec"}, forbidding(unix.ST_RDONLY|unix.ST_NODEV|unix.ST_NOEXEC|unix.ST_NOSUID))
	require.Empty(t, forbidding(unix.ST_NOSUID|unix.ST_RELATIME))
	text, err := os.ReadFile("/proc/self/mountinfo")
	require.NoError(t, err)
	below, err := roomIn("/proc/self/not/there")
	require.NoError(t, err)
	require.Equal(t, "/proc", below.mount)
	for line := range strings.Lines(string(text)) { // whatever this machine has mounted so
		fields := strings.Fields(line)
		at, err := roomIn(fields[4])
		if err != nil || at.mount != fields[4] || strings.Count(string(text), " "+fields[4]+" ") > 1 {
			continue
		}
		for _, option := range []string{"ro", "nodev", "noexec"} {
			if slices.Contains(strings.Split(fields[5], ","), option) {
				require.Contains(t, at.options, option, line)
			}
		}
	}
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
	n := needs{memoryMiB: 1000, room: map[string]int{o.CacheDir: 10}}
	require.Empty(t, f.problems(n))
	n.byHand = true
	require.Equal(t, []string{"debootstrap missing: apt-get install debootstrap (without --no-install, eris installs it by itself)"}, f.problems(n))
}

// What cannot be read of one folder hides nothing else that is wrong.
func TestAFolderThatCannotBeReadIsOneProblemOfSeveral(t *testing.T) {
	o, err := Options{}.withDefaults()
	require.NoError(t, err)
	f := goodHost(o)
	f.unreadable, f.debian = map[string]string{o.StateDir: "read the room in /state: not a directory"}, false
	require.Equal(t, []string{
		"read the room in /state: not a directory: name other folders (--cache, --state)",
		"this is not Debian, from whose mirror the nodes are made",
	}, f.problems(needs{room: map[string]int{o.StateDir: 10}}))

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	is, err := machine{}.facts(file+"/below", t.TempDir())
	require.NoError(t, err)
	require.Contains(t, is.unreadable[file+"/below"], "not a directory")
	require.Len(t, is.rooms, 1)
}

func TestUpWithoutCgroupsIsRefused(t *testing.T) {
	require.Contains(t, refused(t, func(_ Options, f *facts) { f.controllers = []string{"cpu", "pids", "freezer"} }), "the cgroup controller memory")
	none := refused(t, func(_ Options, f *facts) { f.controllers = nil })
	require.Equal(t, 3, strings.Count(none, "cgroup controller"))
	require.Contains(t, none, "\n  - neither version 2 of cgroups with cgroup.freeze (Linux 5.2) nor the controller freezer of version 1 is mounted")
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
		require.Len(t, f.problems(needs{bridged: profile.does(filtersBridges)}), want, name)
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

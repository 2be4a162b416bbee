package lab

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMirrorIsTheHostsOwn(t *testing.T) {
	sources := append(parseDeb822(`# a comment
Types: deb
URIs: http://mirror.example/debian
Suites: trixie trixie-updates trixie-backports
Components: main

Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: trixie-security

Types: deb
URIs: http://other.example
Suites: trixie
Enabled: no

Types: deb-src
URIs: http://src.example
Suites: trixie`), parseOneLine(`
# deb http://off.example trixie main
deb [arch=amd64 signed-by=/k.gpg] http://vendor.example/apt vendor-trixie main
deb http://short.example
deb [ trusted=yes ] http://second.example/debian trixie-updates main contrib`)...)
	m, err := pickMirror(sources, "trixie", "bookworm")
	require.NoError(t, err)
	require.Equal(t, "http://mirror.example/debian", m.base)
	require.Equal(t, []string{
		"deb http://mirror.example/debian bookworm main",
		"deb http://mirror.example/debian bookworm-updates main",
		"deb http://mirror.example/debian-security bookworm-security main",
		"deb http://second.example/debian bookworm-updates main",
	}, m.lines)
	_, err = pickMirror(sources, "noble", "bookworm")
	require.ErrorContains(t, err, "noble")
	require.Equal(t, "Acquire::http::Proxy \"http://p:1\";\nAcquire::Check-Valid-Until \"false\";\n",
		acquireOptions("APT \"\";\nAcquire \"\";\nAcquire::http::Proxy \"http://p:1\";\nAcquire::Check-Valid-Until \"false\";\nAcquire::cdrom \"\";\n"))
}

func TestMountsComeDeepestFirst(t *testing.T) {
	mounts := parseMountinfo(`22 1 8:1 / / rw - ext4 /dev/vda rw
30 22 0:30 / /lab/a/root rw,relatime shared:1 - overlay eris rw,lowerdir=/x
31 30 0:31 / /lab/a/root/proc rw - proc proc rw
32 22 7:0 / /lab/a/with\040space rw master:2 - ext4 /dev/loop0 rw
33 22 7:1 / /lab/ab rw - ext4 /dev/loop1 rw
34 22 0:40 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
35 30 0:31 / /lab/a/root/proc rw - tmpfs tmpfs rw
garbage`)
	require.Equal(t, []string{"/lab/a/root/proc", "/lab/a/root/proc", "/lab/a/with space", "/lab/a/root"}, mountsUnder(mounts, "/lab/a"))
	require.Equal(t, []string{"/lab/ab"}, mountsUnder(mounts, "/lab/ab"))
	require.Contains(t, mounts, mountPoint{path: "/sys/fs/cgroup/cpuset", fstype: "cgroup", super: "rw,cpuset"})
}

func TestLeaderIsPIDOneOfANestedNamespace(t *testing.T) {
	require.Equal(t, 1, initDepth("Name:\tsystemd\nState:\tS (sleeping)\nNSpid:\t4711\t1\n"))
	require.Equal(t, 2, initDepth("State:\tS (sleeping)\nNSpid:\t9\t4711\t1\n"), "a guest's, on the node")
	require.Zero(t, initDepth("State:\tZ (zombie)\nNSpid:\t4711\t1\n"))
	require.Zero(t, initDepth("State:\tS (sleeping)\nNSpid:\t1\n"))
	require.Zero(t, initDepth("State:\tS (sleeping)\nNSpid:\t4711\t17\n"))
}

func TestBackendsAreReadByColumnName(t *testing.T) {
	all, err := parseBackends("# pxname,svname,qcur,status\nstats,FRONTEND,,OPEN\nkeystone,ctl-1,0,UP\nkeystone,ctl-2,0,DOWN\nkeystone,BACKEND,0,UP\n")
	require.NoError(t, err)
	require.Equal(t, []Backend{{"keystone", "ctl-1", "UP"}, {"keystone", "ctl-2", "DOWN"}}, all)
	for _, text := range []string{"", "# pxname,svname\na,b\n", "<html>"} {
		_, err := parseBackends(text)
		require.Error(t, err, text)
	}
}

func TestFilesAreWrittenForTheNodesUsers(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "etc"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "etc/passwd"), []byte("root:x:0:0:::\nme:x:1234:1234:::\n"), 0o600))
	ids, err := readIDs(filepath.Join(root, "etc/passwd"))
	require.NoError(t, err)
	require.Equal(t, map[string]int{"root": 0, "me": 1234}, ids)

	own := users{uid: map[string]int{"root": os.Getuid()}, gid: map[string]int{"root": os.Getgid()}}
	outside := filepath.Join(t.TempDir(), "outside")
	require.NoError(t, os.Symlink(outside, filepath.Join(root, "etc/resolv.conf")))
	require.NoError(t, own.write(root, File{Path: "/etc/resolv.conf", Mode: "0640"}, []byte("x")))
	require.NoFileExists(t, outside)
	info, err := os.Lstat(filepath.Join(root, "etc/resolv.conf"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode())
	require.ErrorContains(t, own.write(root, File{Path: "/a", Owner: "nobody:root"}, nil), "nobody")
}

func TestStepsOfAScriptAreReported(t *testing.T) {
	var got []string
	w := &stepWriter{report: func(line string) { got = append(got, line) }}
	for _, piece := range []string{"noise\n== ba", "se system\nmore", " noise\n== packages\n== cut"} {
		n, err := w.Write([]byte(piece))
		require.NoError(t, err)
		require.Equal(t, len(piece), n)
	}
	require.Equal(t, []string{"base system", "packages"}, got)
}

func TestPollSaysWhatItWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := poll(ctx, "godot", 100*time.Millisecond, func() error { return os.ErrNotExist })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, os.ErrNotExist)
		require.ErrorContains(t, err, "godot")
	})
}

func TestLockIsExclusive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "lock")
	unlock, err := lock(t.Context(), path, func() { t.Error("nobody holds it") })
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	waited := 0
	_, err = lock(ctx, path, func() { waited++; cancel() })
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, waited)
	unlock()
	unlock, err = lock(t.Context(), path, func() { t.Error("it is free") })
	require.NoError(t, err)
	unlock()
}

func TestTheFirstOfAListOfMirrorsIsTaken(t *testing.T) {
	require.Equal(t, "https://deb.debian.org/debian", firstMirror("# mirrors\n\nhttps://deb.debian.org/debian\tpriority:1\nhttp://other/debian\n"))
	require.Empty(t, firstMirror("# none\n"))
}

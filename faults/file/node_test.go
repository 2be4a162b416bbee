package file_test

import (
	"path"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/file"
)

// foreign has somebody write the file while it is struck: what he wrote is not
// overwritten, the undo says so, and is done once it is out of the way.
func foreign(t *testing.T, on faulttest.On) {
	t.Helper()
	for name, c := range map[string]struct{ kind, write string }{
		"written anew where it was removed":       {"file.remove", writes("mine")},
		"a link where it was removed":             {"file.remove", "ln -s /nowhere " + state},
		"another file where it was corrupt":       {"file.corrupt", "rm " + state + " && " + writes("mine")},
		"written into the one that is corrupt":    {"file.corrupt", writes("mine")},
		"another mode of the one that is corrupt": {"file.corrupt", "chmod 600 " + state},
	} {
		t.Run(name, func(t *testing.T) {
			on(t, func(t *testing.T, bed faulttest.Bed) {
				t.Helper()
				fault, _ := newFault(c.kind)
				before := bed.Fingerprint(t, fault)
				i := bed.LongRun("run-foreign", "ann@desk").Struck(t, fault)
				id := i.Targets()[0].Target.ID
				bed.Shell(t, "%s", c.write)
				const look = "stat -c '%%i %%a %%F' %s; cat %[1]s 2>/dev/null || true"
				written := bed.Shell(t, look, state)
				require.Contains(t, bed.Shell(t, "sh /run/eris/%[1]s/guard.sh observe %[1]s 1", id), "unseen", "it is not the fault's any more")
				bed.Shell(t, "sh /run/eris/%[1]s/guard.sh undo %[1]s heal", id)
				require.Contains(t, bed.Shell(t, "cat /run/eris/%s/log", id), "undo-failed heal "+state+" is not what the fault left there")
				require.Equal(t, written, bed.Shell(t, look, state), "it is not overwritten")
				bed.Shell(t, "rm %s", state)
				require.NoError(t, i.Undo(t.Context(), "engine", ""))
				require.Equal(t, record.Undone, i.State())
				require.Equal(t, before, bed.Fingerprint(t, fault))
				bed.Clean(t)
			})
		})
	}
}

// residue is what is left of a fault of which the node knows nothing any more:
// heal puts the file back, unless somebody has made another one.
func residue(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	for _, kind := range faulttest.Kinds(t, "file") {
		fault, _ := newFault(kind)
		before := bed.Fingerprint(t, fault)
		i := bed.LongRun("run-residue", "ann@desk").Struck(t, fault)
		id := i.Targets()[0].Target.ID
		bed.Shell(t, "systemctl stop eris-%[1]s-lease.timer eris-%[1]s-ttl.timer; rm -r /run/eris/%[1]s /var/lib/eris/%[1]s", id)
		const own = "/eris-*.file"
		bed.Shell(t, "mv %s /var/lib/example/kept 2>/dev/null; %s", state, writes("mine"))
		require.False(t, faults.Heal(t.Context(), bed.Runner, []string{struck}, 0)[0].OK(), "what somebody wrote is in the way")
		require.Equal(t, "mine", bed.Shell(t, "cat %s", state))
		require.Equal(t, whole, bed.Shell(t, "cat %s/original", own))
		bed.Shell(t, "rm %s; [ ! -e /var/lib/example/kept ] || mv /var/lib/example/kept %[1]s", state)
		h := faults.Heal(t.Context(), bed.Runner, []string{struck}, 0)[0]
		require.True(t, h.OK(), "%+v", h)
		require.Equal(t, before, bed.Fingerprint(t, fault))
		bed.Clean(t)
	}
}

// keeps is how a person ends a fault in whose place somebody has made a new file
// that is to stay, as docs/safety.md has it.
func keeps(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	fault, _ := newFault("file.remove")
	i := bed.LongRun("run-keeps", "ann@desk").Struck(t, fault)
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "%s", writes("mine"))
	require.False(t, faults.Heal(t.Context(), bed.Runner, []string{struck}, 0)[0].OK())
	bed.Shell(t, "rm -r /eris-%[1]s.file /run/eris/%[1]s /var/lib/eris/%[1]s", id)
	h := faults.Heal(t.Context(), bed.Runner, []string{struck}, 0)[0]
	require.True(t, h.OK(), "%+v", h)
	require.Equal(t, "mine", bed.Shell(t, "cat %s", state))
	bed.Clean(t)
}

// refuses is what preflight says of files that cannot be struck.
func refuses(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	remove := func(path string) faults.Fault { return &file.Remove{Path: path, Most: 1 << 20} }
	for _, c := range []struct {
		spoil string
		fault faults.Fault
		want  string
	}{
		{"", remove("/var/lib/example/none"), "there is no /var/lib/example/none"},
		{"", remove("/var/lib/example"), "/var/lib/example is no file but a directory"},
		{"ln -s state.dat /var/lib/example/link", remove("/var/lib/example/link"), "/var/lib/example/link is a link, to state.dat: name the file itself"},
		{"rm /var/lib/example/link; ln -s example /var/lib/other", remove("/var/lib/other/state.dat"), "is reached over a link: name /var/lib/example/state.dat"},
		{"rm /var/lib/other; mkdir /var/lib/example/mem; mount -t tmpfs tmpfs /var/lib/example/mem; echo x >/var/lib/example/mem/x", remove("/var/lib/example/mem/x"), "lies in memory (tmpfs at /var/lib/example/mem): after a reboot in the middle nothing could put it back"},
		{"umount /var/lib/example/mem; rmdir /var/lib/example/mem", &file.Remove{Path: state, Most: 10}, "state.dat has 42 bytes, more than the most of 10"},
		{"", &file.Corrupt{Path: state, How: "truncate", Offset: 42, Most: 100}, "has 42 bytes: at 42 there is nothing to change"},
		{"mkdir /eris-0f0f0f0f-other-1-1.file; echo " + state + " >/eris-0f0f0f0f-other-1-1.file/path", remove(state), "/eris-0f0f0f0f-other-1-1.file is left of another fault of " + state},
	} {
		if c.spoil != "" {
			bed.Shell(t, "%s", c.spoil)
		}
		require.Contains(t, bed.Refusal(t, c.fault), c.want)
	}
	bed.Shell(t, "rm -r /eris-0f0f0f0f-other-1-1.file")
	// By another name it is a file by which the node is logged in to, or becomes root.
	for _, link := range []string{"/etc/sudoers.d/eris-test", "/etc/ssh/sshd_config.d/eris-test.conf", "/etc/nologin"} {
		bed.Shell(t, "mkdir -p %[1]s && ln -s %[2]s %[3]s", path.Dir(link), state, link)
		require.Contains(t, bed.Refusal(t, remove(state)), state+" is what "+link+" is, without which the fault could not be undone")
		bed.Shell(t, "rm %s", link)
	}
	require.Empty(t, bed.Refusal(t, remove(state)))

	// What the bytes are already is seen only when the other file is laid.
	bed.Shell(t, "%s", writes("XXXXXX"))
	same := bed.NewRun("run-same", "ann@desk").Injection(t, &file.Corrupt{Path: state, How: "overwrite", Length: 4, Most: 100})
	require.NoError(t, same.Preflight(t.Context()))
	require.ErrorContains(t, same.Arm(t.Context()), "the bytes that would be written are there already")
	require.NoError(t, same.Undo(t.Context(), "engine", ""))
	bed.Clean(t)

	// A file that is written between the look at it and the inject is not struck.
	i := bed.LongRun("run-written", "ann@desk").Armed(t, remove(state))
	bed.Shell(t, "cp -a %s /var/lib/example/kept; %s", state, writes(whole))
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), state+" has changed since it was looked at")
	require.Equal(t, whole, bed.Shell(t, "cat %s", state))
	bed.Shell(t, "mv -f /var/lib/example/kept %s", state)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// What the copy has in its place of the bytes is what was asked for.
func TestWhatIsReadWhileItIsCorrupt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault        file.Corrupt
		want, effect string
	}{
		{file.Corrupt{How: "overwrite", Length: 3}, "XXX" + whole[3:], "3 of the 42 bytes of " + state + " are overwritten, from 0 on"},
		{file.Corrupt{How: "overwrite", Offset: 40, Length: 1 << 20}, whole[:40] + "XX", "2 of the 42 bytes of " + state + " are overwritten, from 40 on"},
		{file.Corrupt{How: "overwrite", Offset: 2, Length: 30}, whole[:2] + "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXX" + whole[32:], "30 of the 42 bytes"},
		{file.Corrupt{How: "truncate", Offset: 8}, whole[:8], state + " ends after 8 of 42 bytes"},
		{file.Corrupt{How: "truncate"}, "", state + " ends after 0 of 42 bytes"},
	} {
		t.Run(c.effect, func(t *testing.T) {
			onSim(t, func(t *testing.T, bed faulttest.Bed) {
				t.Helper()
				c.fault.Path, c.fault.Most = state, 100
				i := bed.LongRun("run-read", "ann@desk").Struck(t, &c.fault)
				require.Equal(t, c.want, bed.Shell(t, "cat %s", state))
				require.Equal(t, "640", bed.Shell(t, "stat -c %%a %s", state))
				require.Contains(t, i.Targets()[0].Effect, c.effect)
				require.NoError(t, i.Hold(t.Context(), time.Second))
				require.NoError(t, i.Undo(t.Context(), "engine", ""))
				require.Equal(t, whole, bed.Shell(t, "cat %s", state))
			})
		})
	}
}

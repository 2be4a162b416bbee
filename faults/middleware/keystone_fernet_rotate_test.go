package middleware_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/middleware"
)

// fernet is where the beds have their keys.
const fernet = "/etc/keystone/fernet-keys"

func TestWhatARotationStrikes(t *testing.T) {
	at := target(t, "ctl-1", "haproxy")
	s, err := middleware.NewFernetRotate().Scripts(at)
	require.NoError(t, err)
	require.Equal(t, []string{"haproxy.service", at.ID, fernet, "/etc/keystone/keystone.conf", "2"}, s.Args)
	require.Equal(t, []string{"fernet:haproxy.service"}, s.Resources)
	require.Contains(t, s.Tools, "sha256sum")
	require.Equal(t, []string{"beyond-redundancy"}, middleware.NewFernetRotate().SafetyNets(at), "all members refuse tokens then")
	once := middleware.NewFernetRotate()
	once.Times = 1
	require.Empty(t, once.SafetyNets(at), "every node has staged that key")
	wrong := &middleware.FernetRotate{Repository: "keys", Config: "/etc/x y", Times: 4}
	_, err = wrong.Scripts(at)
	for _, want := range []string{`repository: "keys" is not an absolute path`, `config: "/etc/x y" is not an absolute path`, "times: 4 is not between 1 and 3"} {
		require.ErrorContains(t, err, want)
	}
}

func TestWhatIsNotRotatedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "keystone")
	for _, c := range []struct{ spoil, want, settle string }{
		{"cp /etc/keystone/keystone.conf /root/conf; printf '[token]\\nprovider = jws\\n' >/etc/keystone/keystone.conf", "are no Fernet tokens", "cp /root/conf /etc/keystone/keystone.conf"},
		{"printf '[fernet_tokens]\\nkey_repository = /srv/keys/\\n[fernet_receipts]\\nkey_repository = /nowhere\\n' >/etc/keystone/keystone.conf", "Keystone has its keys in /srv/keys, by /etc/keystone/keystone.conf", "cp /root/conf /etc/keystone/keystone.conf"},
		{"touch " + fernet + "/0.tmp", fernet + "/0.tmp is no key: somebody rotates", "rm " + fernet + "/0.tmp"},
		{"mv " + fernet + "/0 /root/0", "has no staged key and a primary one", "mv /root/0 " + fernet + "/0"},
		{"mv " + fernet + "/1 /root/1", "has no staged key and a primary one", "mv /root/1 " + fernet + "/1"},
		{"ln -s 1 " + fernet + "/2", fernet + "/2 is no file", "rm " + fernet + "/2"},
		{"mkdir -m 700 /srv/eris-0f0f0f0f-other-1-1.keys", "/srv/eris-0f0f0f0f-other-1-1.keys is left of another fault", "rmdir /srv/eris-0f0f0f0f-other-1-1.keys"},
		{"mv " + fernet + " /root/keys; ln -s /root/keys " + fernet, "is reached over a link: name /root/keys", "rm " + fernet + "; mv /root/keys " + fernet},
		{"systemctl stop keystone", "keystone.service is not active", ""},
	} {
		bed.Shell(t, "%s", c.spoil)
		require.Contains(t, refused(t, bed, middleware.NewFernetRotate()), c.want)
		bed.Shell(t, "%s", c.settle)
	}
}

// Once leaves the others with that key too, and says so.
func TestWhatIsSaidOfARotationOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "keystone")
	for times, want := range map[int]string{
		1: "tokens are issued here with key 2, which other nodes have staged; 0 of the 2 keys that were here are gone",
		2: "tokens are issued here with key 3, which no other node has; 1 of the 2 keys that were here are gone",
		3: "tokens are issued here with key 4, which no other node has; 2 of the 2 keys that were here are gone",
	} {
		fault := middleware.NewFernetRotate()
		fault.Times = times
		i := bed.LongRun("run-said", "ann@desk").Struck(t, fault)
		require.Equal(t, want, i.Targets()[0].Effect)
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Undone, i.State())
		require.Equal(t, "0\n1", bed.Shell(t, "ls %s", fernet))
	}
	bed.Clean(t)
}

// Keys that somebody has rotated or brought meanwhile are not overwritten; the undo
// says so, and is done when they are out of the way.
func TestKeysOfSomebodyElseAreLeftOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "keystone")
	fault := middleware.NewFernetRotate()
	before := bed.Fingerprint(t, fault)
	i := bed.LongRun("run-brought", "ann@desk").Struck(t, fault)
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "cd %s && mv 0 4 && echo brought >0", fernet)
	const look = "cd " + fernet + "; for key in *; do echo $key; cat $key; done"
	brought := bed.Shell(t, look)
	bed.Shell(t, "sh /run/eris/%[1]s/guard.sh undo %[1]s heal", id)
	require.Contains(t, bed.Shell(t, "cat /run/eris/%s/log", id), "undo-failed heal the keys in "+fernet+" are not those that the fault left")
	require.Equal(t, brought, bed.Shell(t, look))
	// Nor are they where an undo was ended half way, or somebody has told it to go on.
	bed.Shell(t, "mv /eris-%s.keys/rotated /eris-%[1]s.keys/begun", id)
	bed.Shell(t, "sh /run/eris/%[1]s/guard.sh undo %[1]s heal", id)
	require.Contains(t, bed.Shell(t, "cat /run/eris/%s/log", id), "undo-failed heal somebody has brought "+fernet+"/0 since, which is not overwritten")
	require.Equal(t, brought, bed.Shell(t, look))
	bed.Shell(t, "rm %s/0", fernet)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

// A rotation that was ended in its middle has left neither what was nor what was
// noted, and all of it is the fault's.
func TestARotationThatWasCutOffIsUndoneOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "keystone")
	fault := middleware.NewFernetRotate()
	before := bed.Fingerprint(t, fault)
	i := bed.LongRun("run-cut", "ann@desk").Struck(t, fault)
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "cd /eris-%s.keys && mv rotated begun && cd %s && mv 0 4", id, fernet)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

// Of what is left of a fault of which the node knows nothing any more heal puts the
// keys back, unless they are others by now.
func TestResidueOfARotationOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "keystone")
	fault := middleware.NewFernetRotate()
	before := bed.Fingerprint(t, fault)
	i := bed.LongRun("run-residue", "ann@desk").Struck(t, fault)
	id := i.Targets()[0].Target.ID
	bed.Shell(t, "systemctl stop eris-%[1]s-lease.timer eris-%[1]s-ttl.timer; rm -r /run/eris/%[1]s /var/lib/eris/%[1]s", id)
	bed.Shell(t, "touch %s/9", fernet)
	require.False(t, faults.Heal(t.Context(), bed.Runner, []string{bed.Node.Name}, 0)[0].OK(), "somebody has brought a key")
	require.True(t, strings.HasSuffix(bed.Shell(t, "ls %s", fernet), "9"))
	bed.Shell(t, "rm %s/9", fernet)
	h := faults.Heal(t.Context(), bed.Runner, []string{bed.Node.Name}, 0)[0]
	require.True(t, h.OK(), "%+v", h)
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
}

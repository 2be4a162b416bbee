package service_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote"
)

// planted is a residue of each kind, by the kind's file: what lays it, and what
// doctor must say of it.
func planted() map[string][]struct{ plant, what string } {
	const id = "7f3c0a1e-x-1-1"
	return map[string][]struct{ plant, what string }{
		"directory.sh": {
			{"mkdir -p /run/eris/" + id, "directory /run/eris/" + id + " of no fault"},
			{"mkdir -p /var/lib/eris/" + id, "directory /var/lib/eris/" + id + " of no fault"},
		},
		"resource.sh": {
			{"mkdir -p /run/eris/resources/unit:a.service; echo " + id + " >/run/eris/resources/unit:a.service/id", "unit:a.service taken by the fault " + id},
			{"mkdir -p /run/eris/resources/unit:b.service", "unit:b.service taken by the fault that left no name"},
		},
		"unit.sh": {
			{"systemd-run --quiet --unit=eris-" + id + "-lease --on-active=1h true", "unit eris-" + id + "-lease.timer"},
			{"true", "unit eris-" + id + "-lease.service"},
			{"systemd-run --quiet --unit=eris-" + id + "-stress-cpu sleep 1000", "unit eris-" + id + "-stress-cpu.service"},
		},
		"nft.sh": {
			{"echo 'table inet eris-" + id + " { chain c { counter } }' | nft -f -", "nft table inet eris-" + id},
			{"echo 'table ip eris-" + id + " { }' | nft -f -", "nft table ip eris-" + id},
		},
		"filling.sh": {
			{"touch /eris-" + id + ".fill", "filling /eris-" + id + ".fill"},
			{"mkdir /eris-" + id + ".inodes; touch /eris-" + id + ".inodes/1", "filling /eris-" + id + ".inodes"},
		},
		"file.sh": {
			{"mkdir /eris-" + id + ".file; echo /var/tmp/place >/eris-" + id + ".file/path; touch /eris-" + id + ".file/original",
				"what was set aside of /var/tmp/place, in /eris-" + id + ".file"},
		},
		"keys.sh": {
			{"mkdir -p /eris-" + id + ".keys/keys /var/tmp/keys; echo /var/tmp/keys >/eris-" + id + ".keys/path; touch /eris-" + id + ".keys/keys/1 /eris-" + id + ".keys/begun",
				"keys that were set aside of /var/tmp/keys, in /eris-" + id + ".keys"},
		},
		"pacemaker.sh": {
			{`cibadmin --create --scope constraints --xml-text '<rsc_location id="eris-` + id + `-ban-on-ctl-1" rsc="www-clone" node="ctl-1" score="-INFINITY"/>'`,
				"constraint eris-" + id + "-ban-on-ctl-1 of Pacemaker"},
		},
		"load.sh": {
			{"mkdir -p /var/tmp/eris-" + id + "-load-io; touch /var/tmp/eris-" + id + "-load-io/file", "directory /var/tmp/eris-" + id + "-load-io"},
		},
		"conntrack.sh": {
			{`mkdir -p /root/filler; echo '# conntrack.py VERB' >/root/filler/conntrack.py
systemd-run --quiet --unit=filler python3 -I -S /root/filler/conntrack.py hold /root/filler 3843358721 100 127.1.0.1 127.1.0.11 22 99999999
while [ ! -e /root/filler/laid ]; do sleep 0.05; done
systemctl stop filler`, "entries with the mark 3843358721 in the table of connections"},
		},
		"queue.sh": {
			{"tc qdisc add dev eth0 root handle e515: htb default 7f3c0a1e direct_qlen 10000", "queue e515: of eth0"},
		},
		"sleeper.sh": {
			{"setsid -f sh /run/eris/" + id + "/guard.sh session " + id + " ttl sleeper ttl first", "process PID of the fault " + id},
		},
		"unitfile.sh": {
			{"touch /etc/systemd/system/eris-" + id + "-boot.service", "unit file /etc/systemd/system/eris-" + id + "-boot.service"},
			{"mkdir -p /etc/systemd/system/multi-user.target.wants; ln -s ../gone /etc/systemd/system/multi-user.target.wants/eris-" + id + "-boot.service",
				"unit file /etc/systemd/system/multi-user.target.wants/eris-" + id + "-boot.service"},
		},
		"dropin.sh": {
			{"mkdir -p /run/systemd/system/a.service.d; touch /run/systemd/system/a.service.d/zz-eris-" + id + ".conf",
				"drop-in /run/systemd/system/a.service.d/zz-eris-" + id + ".conf"},
			{`mkdir -p "/etc/systemd/system/it's.service.d"; touch "/etc/systemd/system/it's.service.d/zz-eris-` + id + `.conf"`,
				"drop-in /etc/systemd/system/it's.service.d/zz-eris-" + id + ".conf"},
		},
	}
}

// A folder of no fault may be that of a step which still tidies up after itself: who
// comes too late to remove it has not failed.
func TestWhatIsGoneMeanwhileIsNoReasonToComplain(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	for _, file := range []string{"directory.sh", "resource.sh"} {
		for _, each := range planted()[file] {
			bed.Shell(t, "%s", each.plant)
		}
	}
	found := faults.Doctor(t.Context(), bed.Runner, []string{"ctl-1"})[0].Residue
	require.Len(t, found, 4)
	for _, r := range found {
		require.True(t, bed.Runner.Run(t.Context(), "ctl-1", remote.Command{Script: r.Remedy + "\n" + r.Remedy, Root: true}).OK(), r.Remedy)
	}
	require.Empty(t, faults.Doctor(t.Context(), bed.Runner, []string{"ctl-1"})[0].Residue)
}

// What may be the only copy of a file stays where it is, though nobody knows any
// more where it belongs.
func TestHealRemovesNoFileWhosePlaceIsNotKnown(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	bed.Shell(t, "mkdir -p /eris-7f3c0a1e-x-1-1.file /eris-7f3c0a1e-y-1-1.keys/keys; : >/eris-7f3c0a1e-x-1-1.file/path; echo only >/eris-7f3c0a1e-x-1-1.file/original; echo only >/eris-7f3c0a1e-y-1-1.keys/keys/0; : >/eris-7f3c0a1e-y-1-1.keys/rotated")
	h := faults.Heal(t.Context(), bed.Runner, []string{"ctl-1"}, 0)[0]
	require.False(t, h.OK())
	require.Empty(t, h.Removed)
	require.Equal(t, "only\nonly", bed.Shell(t, "cat /eris-7f3c0a1e-x-1-1.file/original /eris-7f3c0a1e-y-1-1.keys/keys/0"))
	bed.Shell(t, "rm -r /eris-7f3c0a1e-*")
}

func TestWhatDoctorNamesHealRemoves(t *testing.T) {
	t.Parallel()
	kinds := planted()
	files, err := os.ReadDir("../script/residue")
	require.NoError(t, err)
	for _, file := range files {
		if file.Name() == "all.sh" {
			continue
		}
		require.NotEmpty(t, kinds[file.Name()], "no residue is planted for %s", file.Name())
	}
	bed, _ := clusterBed(t)
	bed.Shell(t, "mkdir -p /run/eris/7f3c0a1e-x-1-1; echo 'sleep 1000' >/run/eris/7f3c0a1e-x-1-1/guard.sh")
	var want []string
	for _, kind := range kinds {
		for _, item := range kind {
			bed.Shell(t, "%s", item.plant)
			pid := ""
			if strings.Contains(item.what, "PID") { // which setsid does not wait for
				require.Eventually(t, func() bool {
					pid = bed.Shell(t, "grep -ls 'guard[.]sh.session' /proc/[0-9]*/cmdline | cut -d / -f 3")
					return pid != ""
				}, time.Minute, 10*time.Millisecond, item.plant)
			}
			want = append(want, strings.ReplaceAll(item.what, "PID", pid))
		}
	}
	// What only looks like ours, and the halves of a fault that is not over.
	const foreign = "/etc/systemd/system/eris-7f3c0a1e-held-1-12-boot.service /etc/systemd/system/eris-dashboard.service"
	const tables = "table inet filter\ntable inet eris-7f3c0a1e-held-1-12\ntable inet eris-dashboard\ntable inet my-eris-7f3c0a1e-x-1-1"
	bed.Shell(t, "touch %s; mkdir -p /run/eris/7f3c0a1e-held-1-12; echo held >/run/eris/7f3c0a1e-held-1-12/state", foreign)
	bed.Shell(t, "echo '%s' | nft -f -", tables)

	const rules = "cli-ban-www-clone-on-ctl-1\neris-7f3c0a1e-held-1-12-ban-on-ctl-1\neris-dashboard-ban-on-ctl-1"
	for rule := range strings.Lines(rules) {
		bed.Shell(t, `cibadmin --create --scope constraints --xml-text '<rsc_location id="%s" rsc="none" node="ctl-1" score="-INFINITY"/>'`, strings.TrimSpace(rule))
	}

	said := func() []string {
		d := faults.Doctor(t.Context(), bed.Runner, []string{"ctl-1"})[0]
		require.NoError(t, d.Err)
		var what []string
		for _, r := range d.Residue {
			if !strings.HasPrefix(r.What, "fault ") {
				what = append(what, r.What)
			}
		}
		return what
	}
	require.ElementsMatch(t, want, said())
	h := faults.Heal(t.Context(), bed.Runner, []string{"ctl-1"}, 0)[0]
	require.NoError(t, h.Err)
	require.ElementsMatch(t, want, h.Removed)
	require.Empty(t, h.Remains)
	require.Equal(t, []string{"7f3c0a1e-held-1-12"}, h.Left, "its guard is gone: a person must look")
	require.Empty(t, said())
	require.Equal(t, foreign, strings.Join(slices.Sorted(slices.Values(strings.Fields(bed.Shell(t, "ls %s", foreign)))), " "))

	require.Equal(t, tables, bed.Shell(t, "nft list tables"))
	require.Equal(t, rules, bed.Shell(t, `cibadmin --query --scope constraints | sed -n 's/.*rsc_location id="\([^"]*\)".*/\1/p'`))

	bed.Shell(t, `rm -r /run/eris/7f3c0a1e-held-1-12; cibadmin --delete --xpath "//rsc_location[@id='eris-7f3c0a1e-held-1-12-ban-on-ctl-1']"`)
	require.True(t, faults.Heal(t.Context(), bed.Runner, []string{"ctl-1"}, time.Second)[0].OK())
	bed.Clean(t)
}

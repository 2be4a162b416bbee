//go:build guest

package clock_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/clock"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/guest"
)

// systemctl stands for a systemd that has chrony, which a file says to be active.
const systemctl = `#!/bin/sh
case "$*" in
"show chrony.service -p LoadState --value") echo loaded ;;
"show chrony.service -p Id --value") echo chrony.service ;;
"show chrony.service -p ActiveState --value") if [ -e /run/chrony ]; then echo active; else echo inactive; fi ;;
"show "*) echo not-found ;;
"stop chrony.service") rm /run/chrony ;;
"start chrony.service") : >/run/chrony ;;
*) exit 64 ;;
esac
`

// onGuest takes the fault through its steps, and says how far the clock is off
// while it is held and after it.
const onGuest = `. /step.sh
: >/run/chrony
mkdir -p /run/eris/clock.step
(cd /run/eris/clock.step && step clock.step fingerprint >before)
far() {
	cd /run/eris/clock.step
	. /clock.sh
	far=$(off clock.ahead)
	if [ "$far" -lt 0 ]; then far=$((far - 500)); else far=$((far + 500)); fi
	echo "off: $((far / 1000))"
}
results clock.step preflight fingerprint prepare inject observe fingerprint
far
results clock.step undo undo observe fingerprint
far
`

// A real kernel's clock, which neither the nodes of a lab nor this machine may
// have moved.
func TestTheClockOfAGuest(t *testing.T) {
	for by, want := range map[time.Duration]string{5 * time.Minute: "300", -2 * time.Hour: "-7200"} {
		files := faulttest.Steps(t, map[string]faults.Fault{"clock.step": &clock.Step{By: by}}, target(t, "ctl-1", ""))
		files["/bin/systemctl"] = systemctl
		files["/clock.sh"], _, _ = strings.Cut(files["/steps/clock.step/prepare"], "# prepare.sh")
		said, err := guest.Guest{
			Programs: []string{"date", "sed", "sort", "tr", "cat", "mkdir", "rm"}, Files: files, Script: onGuest,
		}.Run(t.Context())
		t.Log(said)
		require.NoError(t, err)
		require.Regexp(t, `^clock.step preflight ok: ,
clock.step fingerprint ok: Clock=kept,Keeper=chrony.service active,
clock.step prepare ok: ,
clock.step inject ok: ,
clock.step observe ok: stepped: the clock is off by \S+ s \(asked for `+want+` s\); stopped: chrony,
clock.step fingerprint ok: Clock=off,Keeper=chrony.service inactive,
off: `+want+`
clock.step undo ok: ,
clock.step undo ok: ,
clock.step observe failed: ,
clock.step fingerprint ok: Clock=kept,Keeper=chrony.service active,
off: 0
$`, said)
	}
}

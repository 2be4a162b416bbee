//go:build guest

package clock_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
const onGuest = `mkdir -p /run/eris/it; cd /run/eris/it
: >/run/chrony
export ERIS_TOUCHED=yes
step() { # STEP
	name=$1
	set --
	while IFS= read -r argument; do
		set -- "$@" "$argument"
	done </steps/args
	if said=$(sh "/steps/$name" "$@" 2>&1); then
		echo "$name: $(echo "$said" | tr '\n' ',')"
	else
		echo "$name failed: $(echo "$said" | tr '\n' ',')"
	fi
}
far() {
	. /clock.sh
	far=$(off clock.ahead)
	if [ "$far" -lt 0 ]; then far=$((far - 500)); else far=$((far + 500)); fi
	echo "off: $((far / 1000))"
}
step preflight
step fingerprint
sh /steps/fingerprint >before
step prepare
step inject
step observe
step fingerprint
far
step undo
step undo
step observe
step fingerprint
far
`

// A real kernel's clock, which neither the nodes of a lab nor this machine may
// have moved.
func TestTheClockOfAGuest(t *testing.T) {
	for by, want := range map[time.Duration]string{5 * time.Minute: "300", -2 * time.Hour: "-7200"} {
		files := map[string]string{"/bin/systemctl": systemctl}
		for step, text := range faulttest.Steps(t, &clock.Step{By: by}, target(t, "ctl-1", "")) {
			files["/steps/"+step] = text
		}
		files["/clock.sh"], _, _ = strings.Cut(files["/steps/prepare"], "# prepare.sh")
		said, err := guest.Guest{
			Programs: []string{"date", "sed", "sort", "tr", "cat", "mkdir", "rm"}, Files: files, Script: onGuest,
		}.Run(t.Context())
		t.Log(said)
		require.NoError(t, err)
		require.Regexp(t, `^preflight: ,
fingerprint: Clock=kept,Keeper=chrony.service active,
prepare: ,
inject: ,
observe: stepped: the clock is off by \S+ s \(asked for `+want+` s\); stopped: chrony,
fingerprint: Clock=off,Keeper=chrony.service inactive,
off: `+want+`
undo: ,
undo: ,
observe failed: ,
fingerprint: Clock=kept,Keeper=chrony.service active,
off: 0
$`, said)
	}
}

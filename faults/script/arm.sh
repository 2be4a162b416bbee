# arm.sh ID LEASE_MS TTL_MS BOOT SUMS ARGS RESOURCES [NAME TEXT]...
#
# ARGS has an argument a line, RESOURCES a word each.
#
# Lays a fault's scripts on the node, proves their bytes, starts the dead-man (two
# timers, or where systemd does not run two sleepers) and reads it back. Nothing of the service is touched.
set -u
umask 077
id=$1 lease=$2 ttl=$3 boot=$4 sums=$5 args=$6 resources=$7
shift 7
run=/run/eris/$id
keep=/var/lib/eris/$id
# From where we come. It is kept, since the timers' undo has no connection.
ERIS_CONTROLLER=${ERIS_SSH_CONNECTION:-}
ERIS_CONTROLLER=${ERIS_CONTROLLER%% *}
export ERIS_CONTROLLER

# made are the directories that a refusal takes away again: until the guard is here
# and proven nobody else can, and then it does.
made=
refuse() {
	echo "refused $*"
	for directory in $made; do
		rm -rf "$directory"
	done
	exit 0
}

uptime_ms() {
	read -r up idle </proc/uptime
	hundredths=1${up#*.}
	echo $((${up%.*} * 1000 + (hundredths - 100) * 10))
}

if [ "$(cat /proc/sys/kernel/random/boot_id)" != "$boot" ]; then
	refuse "the node has rebooted since preflight"
fi
if reason=$(halted); then
	refuse "eris was halted here: $reason"
fi
mkdir -p -m 0700 /run/eris /run/eris/resources /var/lib/eris || refuse "cannot write /run/eris and /var/lib/eris"
mkdir -m 0700 "$run" || refuse "a fault $id is on this node already"
made=$run
mkdir -m 0700 "$keep" || refuse "a fault $id was on this node before"
made="$run $keep"

while [ $# -ge 2 ]; do
	printf '%s' "$2" >"$run/$1" || refuse "cannot write $run/$1"
	shift 2
done
printf '%s\n' "$sums" >"$run/sums"
(cd "$run" && sha256sum -c sums >/dev/null 2>&1) || refuse "the scripts did not arrive as they were sent"
# What the undo and its proof say: they must not want for an inode, when /run is full.
true >"$run/undo.out" && true >"$run/verify.out" && true >"$run/healthy.out" || refuse "cannot write $run"
printf '%s\n' "$args" >"$run/args"
echo "$lease" >"$run/lease"
echo "$ERIS_CONTROLLER" >"$run/controller"
if [ ! -d /run/systemd/system ]; then
	: >"$run/sleepers"
fi
echo arming >"$run/state" || refuse "cannot write $run"
made=
echo "$boot" >"$run/boot"
: >"$run/log"
# Two active faults never share a resource; mkdir decides who has it.
for resource in $resources; do
	if ! mkdir -m 0700 "/run/eris/resources/$resource" 2>/dev/null; then
		owner=$(cat "/run/eris/resources/$resource/id" 2>/dev/null)
		if [ -z "$owner" ] || [ -e "/run/eris/$owner/state" ]; then
			refuse "$resource is taken by the fault ${owner:-that is being armed}"
		fi
	fi
	echo "$id" >"/run/eris/resources/$resource/id"
done

set --
while IFS= read -r argument; do
	set -- "$@" "$argument"
done <"$run/args"
if ! why=$({ cd "$run" && timeout 10 sh ./fingerprint.sh "$@" >"$run/before"; } 2>&1); then
	refuse "the fingerprint could not be taken: $(echo "$why" | tail -n 1)"
fi

now=$(uptime_ms)
echo $((now + lease)) >"$run/lease-until"
echo $((now + ttl)) >"$run/ttl-until"
cp -p "$run"/* "$keep/" || refuse "cannot write $keep"

# What is undone after a reboot is undone by this unit. Without systemd only what a
# boot takes away is armed (preflight.sh).
unit=/etc/systemd/system/eris-$id-boot.service
wants=/etc/systemd/system/multi-user.target.wants
if [ -e "$run/sleepers" ]; then
	sync "$keep"/* "$keep" /var/lib/eris || refuse "$keep cannot be brought to the disk"
	sh "$run/guard.sh" asleep "$id"
else
	printf '%s\n' '[Unit]' "Description=Eris: undo the fault $id after a reboot" \
		'[Service]' "ExecStart=/bin/sh $keep/guard.sh boot $id" \
		'[Install]' 'WantedBy=multi-user.target' >"$unit" &&
		chmod 0644 "$unit" && mkdir -p "$wants" && ln -s "../${unit##*/}" "$wants/${unit##*/}" ||
		refuse "cannot write the unit for the undo after a reboot"

	# A power cut takes what was written and is not on the disk, and leaves a file of
	# no bytes: an undo that does nothing and says that all is well.
	sync "$keep"/* "$keep" /var/lib/eris "$unit" /etc/systemd/system "$wants" ||
		refuse "what undoes it after a reboot cannot be brought to the disk"

	# A renewal is a start, and systemd allows only five of them in ten seconds
	# unless told otherwise.
	for timer in lease ttl; do
		after=$lease
		if [ "$timer" = ttl ]; then
			after=$ttl
		fi
		systemd-run --quiet --collect --unit="eris-$id-$timer" --on-active="${after}ms" \
			--timer-property=AccuracySec=100ms --timer-property=StartLimitIntervalSec=0 sh "$run/guard.sh" deadman "$id" "$timer" ||
			refuse "the $timer timer could not be started"
	done
	for timer in lease ttl; do
		next=$(systemctl show "eris-$id-$timer.timer" -p NextElapseUSecMonotonic --value)
		active=$(systemctl show "eris-$id-$timer.timer" -p ActiveState --value)
		echo "$timer $active $next"
	done
fi

sed 's/^/before /' "$run/before"
# From here on the timers may undo: the last step is under the lock too.
flock -w 5 -E 75 "$run/lock" sh "$run/guard.sh" arm-locked "$id" || refuse "the lock was not free for 5 s"
sed 's/^/stamp /' "$run/log"
echo "state armed"

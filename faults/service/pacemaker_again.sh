# pacemaker_again.sh: waits a little until the cluster has given it back.
# The cluster starts again what it stopped here, a clone; of what there is once only
# that it runs. What it does not start soon the verification tells.
again() {
	look >/dev/null || return 1
	if [ "$tag" = clone ]; then
		[ -n "$at" ] || return 1
		! strikable >/dev/null || systemctl is-active --quiet "$unit"
	else
		[ -n "$anywhere" ]
	fi
}
read -r up idle </proc/uptime
end=$((${up%.*} + 12))
while [ "${up%.*}" -lt "$end" ] && ! again; do
	sleep 0.2
	read -r up idle </proc/uptime
done

# claim.sh RUN LEASE_MS OWNER: says whose run this node is, for one lease. The
# time is the node's monotonic one; a claim that is not renewed ends by itself.
# A lease of 0 gives the node back. Whether Eris was halted here is told beside it: a
# run must know that of every node, also where its faults are kept from elsewhere.
set -u
umask 077
mkdir -p -m 0700 /run/eris
# The lock is held by the shell that runs the quoted part.
flock -w 5 -E 75 /run/eris/lock sh -c '
	run=$1 lease=$2 owner=$3
	read -r up idle </proc/uptime
	hundredths=1${up#*.}
	now=$((${up%.*} * 1000 + (hundredths - 100) * 10))
	if [ -s /run/eris/run ]; then
		read -r other until who </run/eris/run
		if [ "$other" != "$run" ] && [ "$until" -gt "$now" ]; then
			echo "claimed $other $((until - now)) $who"
			exit 0
		fi
	fi
	if [ "$lease" = 0 ]; then
		rm -f /run/eris/run
		echo released
		exit 0
	fi
	echo "$run $((now + lease)) $owner" >/run/eris/run.new &&
		mv /run/eris/run.new /run/eris/run &&
		echo "ours $((now + lease))"
' claim "$@"
if reason=$(halted); then
	echo "halted $reason"
fi

# iscsi_preflight.sh: is there a session that can end, and begin again?
if ! command -v iscsiadm >/dev/null; then
	exit 0 # which is told
fi
all=$(sessions)
if [ -z "$all" ]; then
	echo "this node has no session with $target${portal:+ at $portal}"
	exit 1
fi
if [ "$(echo "$all" | grep -c .)" != "$(echo "$all" | cut -d ' ' -f 2 | sort -u | grep -c .)" ]; then
	echo "this node has two sessions with $target at one portal, which open-iscsi does not tell apart here"
	exit 1
fi
echo "$all" | (
	while read -r number address; do
		state=$(cat "/sys/class/iscsi_session/session$number/state")
		if [ "$state" != LOGGED_IN ]; then
			echo "the session with $target at $address is $state already, which is of nobody here"
			exit 1
		fi
		if ! said=$(iscsiadm -m node -T "$target" -p "$address" 2>&1); then
			echo "open-iscsi could not log in to $target at $address again: $(echo "$said" | tail -n 1)"
			exit 1
		fi
	done
) || exit 1
free || exit 1

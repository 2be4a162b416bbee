# preflight.sh ID TOOLS RESOURCES ARGS PREFLIGHT FINGERPRINT HEALTHY SYSTEMD
#
# Reads, in one round trip, all that must be known of a node before a fault is
# armed on it. Touches nothing. PREFLIGHT, FINGERPRINT and HEALTHY are the fault's
# own scripts; SYSTEMD says why it needs a node with systemd, if it does.
set -u
id=$1 tools=$2 resources=$3 args=$4 preflight=$5 fingerprint=$6 healthy=$7 systemd=$8

# From where we come, which no fault may cut off. Empty where SSH did not say.
ERIS_CONTROLLER=${ERIS_SSH_CONNECTION:-}
ERIS_CONTROLLER=${ERIS_CONTROLLER%% *}
export ERIS_CONTROLLER

problem() {
	echo "problem $*"
}

read -r up idle </proc/uptime
hundredths=1${up#*.}
echo "now $(date +%s%N) $((${up%.*} * 1000 + (hundredths - 100) * 10))"
echo "boot $(cat /proc/sys/kernel/random/boot_id)"
echo "kernel $(uname -r)"
marker=real
if [ -r /etc/eris-simulated ]; then
	marker=simulated
elif [ -r /etc/eris-lab ]; then
	marker=lab
fi
echo "marker $marker"

if [ "$(id -u)" != 0 ]; then
	problem "runs as $(id -un), but inject and undo need root: log in as root or set ssh.sudo"
fi
places="/run /var/lib"
if [ -d /run/systemd/system ]; then
	tools="$tools systemctl systemd-run"
	places="$places /etc/systemd/system"
elif [ -n "$systemd" ]; then
	problem "systemd does not run here, and $systemd"
	exit 0
else
	# Two sleepers are the dead-man then, which have to outlive the login.
	tools="$tools setsid"
	# The end of a container is theirs too, and what the fault has made may lie outside of
	# it. The kernel's own number of the first namespace of processes is always this one.
	if [ "$marker" = real ] && [ "$(readlink /proc/self/ns/pid)" != 'pid:[4026531836]' ]; then
		problem "this is a container, or has its processes apart from the machine's: its end would be the dead-man's too; run eris on the machine itself"
	fi
	# How elogind was built is not to be asked, so it has to be told. The last word counts.
	if [ -e /etc/elogind/logind.conf ] || [ -e /run/elogind ] || [ -e /run/elogind.pid ]; then
		kills=$(cat /usr/lib/elogind/logind.conf.d/*.conf /etc/elogind/logind.conf /run/elogind/logind.conf.d/*.conf /etc/elogind/logind.conf.d/*.conf 2>/dev/null |
			sed -n 's/^[[:space:]]*KillUserProcesses[[:space:]]*=[[:space:]]*//p' | tail -n 1)
		case $kills in
		[Nn][Oo] | [Ff][Aa][Ll][Ss][Ee] | [Oo][Ff][Ff] | 0) ;;
		*) problem "elogind ends what a login has started, the dead-man too, or does not say that it leaves it: it needs KillUserProcesses=no in /etc/elogind/logind.conf" ;;
		esac
	fi
	# OpenRC's nftables saves all tables at the end and loads them at the start.
	case " $tools " in
	*" nft "*)
		if [ -e /etc/conf.d/nftables ] && [ "$(sed -n 's/^[[:space:]]*SAVE_ON_STOP=["'\'']*\([a-zA-Z]*\).*/\1/p' /etc/conf.d/nftables | tail -n 1)" != no ]; then
			problem "OpenRC's nftables would bring the fault's table back at boot, after which nothing would undo it: it needs SAVE_ON_STOP=\"no\" in /etc/conf.d/nftables"
		fi
		;;
	esac
fi
for tool in $tools; do
	if ! command -v "$tool" >/dev/null 2>&1; then
		problem "$tool is not installed"
	fi
done
for directory in $places; do
	if [ ! -w "$directory" ]; then
		problem "$directory is not writable, and the undo is laid there"
	fi
done
for directory in /run /var/lib; do
	df -Pk "$directory" | tail -n 1 | (
		read -r device size used free rest
		echo "free $directory $free"
		if [ "$free" -lt 1024 ]; then
			problem "$directory has only $free KiB left; the undo needs 1024"
		fi
	)
done

if reason=$(halted); then
	problem "eris was halted here: $reason; eris heal ends the halt"
fi
if [ -s /run/eris/run ]; then
	read -r run until owner </run/eris/run
	if [ "$until" -gt "$((${up%.*} * 1000))" ]; then
		echo "claim $run $((until - ${up%.*} * 1000)) $owner"
	fi
fi
for other in /run/eris/*/state /var/lib/eris/*/state; do
	if [ -e "$other" ]; then
		other=${other%/state}
		echo "other ${other##*/} $(cat "$other/state")"
	fi
done
for resource in $resources; do
	owner=$(cat "/run/eris/resources/$resource/id" 2>/dev/null)
	if [ -n "$owner" ] && [ -e "/run/eris/$owner/state" ]; then
		problem "$resource is taken by the fault $owner"
	fi
done

set --
while IFS= read -r argument; do
	set -- "$@" "$argument"
done <<END
$args
END
if ! reasons=$(sh -c "$preflight" preflight "$@" 2>&1); then
	echo "${reasons:-preflight failed without a reason}" | sed 's/^/problem /'
fi
if before=$(sh -c "$fingerprint" fingerprint "$@" 2>&1); then
	echo "$before" | sed 's/^/before /'
else
	echo "unread $(echo "$before" | tail -n 1)"
fi
if ! health=$(timeout 10 sh -c "$healthy" healthy "$@" 2>&1); then
	reason=$(echo "$health" | tail -n 1)
	echo "unwell ${reason:-its health probe fails}"
fi

# connections_inject.sh: notes what there is and ends that, and nothing that comes
# after it. Once only, since who connects again is to stay.
set -eu
if [ ! -e was ]; then
	chosen >was.new
	mv was.new was
fi
if [ ! -s was ]; then
	echo "no connection $what is established: there is nothing to end"
	exit 1
fi
finish() { # finish ALTERNATIVES: has the kernel end these; without any it would end all
	if [ -n "$1" ]; then
		ss -KHtn state established "( $1 )" >>killed
	fi
}
if [ ! -e asked ]; then
	some='' many=0
	while read -r here hereport there thereport; do
		case $here in *:*) here="[$here]" ;; esac
		case $there in *:*) there="[$there]" ;; esac
		some="${some:+$some or }( src $here:$hereport and dst $there:$thereport )"
		many=$((many + 1))
		if [ $((many % 16)) = 0 ]; then
			finish "$some"
			some=
		fi
	done <was
	finish "$some"
	: >asked
fi
if [ -e ended ] || [ "$(systemctl show "$beside" -p ActiveState --value)" = active ]; then
	exit 0
fi
read -r until <ttl-until
read -r up idle </proc/uptime
systemd-run --quiet --collect --unit="$beside" --property=RuntimeMaxSec=$((until / 1000 - ${up%.*} + 1)) \
	--property=TasksMax=32 --property=MemoryMax=64M --property=TimeoutStopSec=2 \
	sh "/run/eris/$id/program.sh" "$@" "$ERIS_CONTROLLER"

# syscall_preflight.sh: is strace there, may it trace, and does nobody else do so?
if ! command -v strace >/dev/null; then
	echo "strace is not on this node; it is no part of the base system (on Debian: apt-get install strace)"
	exit 1
fi
if [ "$(cat /proc/sys/kernel/yama/ptrace_scope 2>/dev/null)" = 3 ]; then
	echo "nobody may trace a process here (kernel.yama.ptrace_scope is 3), until the node boots anew"
	exit 1
fi
if [ -n "$(systemctl list-units --all --plain --no-legend "eris-*-load-$name.service")" ]; then
	echo "a strace of another fault is left here; eris heal removes it"
	exit 1
fi
all=$(service_processes)
if [ -z "$all" ]; then
	echo "$service has no process that could be traced"
	exit 1
fi
if [ "$(echo "$all" | wc -l)" -gt 256 ]; then
	echo "$service has $(echo "$all" | wc -l) processes, which are more than 256: strace would be what they wait for"
	exit 1
fi
for pid in $all; do
	comm=$(cat "/proc/$pid/comm" 2>/dev/null)
	case $comm in
	sshd)
		echo "$service is an sshd, through which Eris comes"
		exit 1
		;;
	systemd | systemd-*)
		echo "$service has a process of systemd itself, $comm"
		exit 1
		;;
	esac
	if [ "$pid" = 1 ]; then
		echo "$service has the node's first process"
		exit 1
	fi
	for by in $(tracers "$pid"); do
		if [ "$by" != 0 ]; then
			echo "process $pid of $service is traced already, by $by ($(cat "/proc/$by/comm" 2>/dev/null))"
			exit 1
		fi
	done
	if [ "$(state "$pid")" = T ]; then
		echo "process $pid of $service is stopped"
		exit 1
	fi
done

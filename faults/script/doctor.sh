# doctor.sh: reads what Eris has left on this node. Touches nothing.
set -u
read -r up idle </proc/uptime
now=$((${up%.*} * 1000))
for state in /run/eris/*/state /var/lib/eris/*/state; do
	if [ -e "$state" ]; then
		directory=${state%/state}
		echo "fault $directory $(cat "$state")"
		sed 's/^/stamp /' "$directory/log" 2>/dev/null
	fi
done
for directory in /run/eris/* /var/lib/eris/*; do
	case ${directory##*/} in
	resources | history | lab | '*') continue ;; # lab: where a machine keeps its own lab
	esac
	if [ -d "$directory" ] && [ ! -e "$directory/state" ]; then
		echo "directory $directory"
	fi
done
for file in /run/systemd/system/*.d/zz-eris-*.conf /etc/systemd/system/*.d/zz-eris-*.conf; do
	if [ -e "$file" ]; then
		echo "dropin $file"
	fi
done
for file in /etc/systemd/system/eris-*-boot.service; do
	if [ -e "$file" ]; then
		echo "bootunit $file"
	fi
done
systemctl list-units --all --plain --no-legend 'eris-*' 2>/dev/null | cut -d ' ' -f 1 | while IFS= read -r unit; do
	case $unit in
	eris-*-inject.service | eris-*-undo.service | eris-*-lease.* | eris-*-ttl.* | eris-*-boot.service) echo "unit $unit" ;;
	esac
done
for resource in /run/eris/resources/*; do
	if [ -d "$resource" ]; then
		echo "resource $resource $(cat "$resource/id" 2>/dev/null)"
	fi
done
if [ -e /run/eris/halt ]; then
	echo "halt $(cat /run/eris/halt)"
fi
if [ -s /run/eris/run ]; then
	read -r run until owner </run/eris/run
	if [ "$until" -gt "$now" ]; then
		echo "run $run $((until - now)) $owner"
	fi
fi
for file in /var/lib/eris/history/*; do
	if [ -e "$file" ]; then
		echo "history ${file##*/}"
		sed 's/^/stamp /' "$file"
	fi
done

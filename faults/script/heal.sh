# heal.sh BY SECONDS REASON: undoes every fault on this node, knowing nothing
# but the node, and waits so long for each to be verified. BY is heal or halt;
# a halt is written first, so that nothing is injected meanwhile.
set -u
umask 077
by=$1 seconds=$2 reason=$3

if [ "$by" = halt ]; then
	mkdir -p -m 0700 /run/eris
	printf '%s\n' "$reason" >/run/eris/halt
	echo "halt written"
fi

guards() {
	for guard in /run/eris/*/guard.sh; do
		if [ -e "$guard" ]; then
			echo "$guard"
		fi
	done
	for guard in /var/lib/eris/*/guard.sh; do
		id=${guard%/guard.sh}
		if [ -e "$guard" ] && [ ! -e "/run/eris/${id##*/}/guard.sh" ]; then
			echo "$guard"
		fi
	done
}

each() { # each VERB: for every fault that is left
	guards | while IFS= read -r guard; do
		id=${guard%/guard.sh}
		id=${id##*/}
		echo "fault $id"
		sh "$guard" "$1" "$id" "$by"
	done
}

each end
while [ "$seconds" -gt 0 ] && [ -n "$(guards)" ]; do
	sleep 1
	each verify
	seconds=$((seconds - 1))
done

# A drop-in whose fault is gone is nobody's: take it away.
reload=no
for file in /run/systemd/system/*.d/zz-eris-*.conf; do
	id=${file##*/zz-eris-}
	id=${id%.conf}
	if [ -e "$file" ] && [ ! -e "/run/eris/$id/guard.sh" ]; then
		rm -f "$file"
		rmdir "${file%/*}" 2>/dev/null
		reload=yes
		echo "removed $file"
	fi
done
if [ "$reload" = yes ]; then
	systemctl daemon-reload
fi
for resource in /run/eris/resources/*; do
	owner=$(cat "$resource/id" 2>/dev/null)
	if [ -d "$resource" ] && [ ! -e "/run/eris/$owner/state" ]; then
		rm -rf "$resource"
	fi
done
if [ "$by" = heal ]; then
	rm -f /run/eris/halt
fi
guards | sed 's/^/left /'

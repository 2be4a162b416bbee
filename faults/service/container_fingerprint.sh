# container_fingerprint.sh NAME ID ...: what the engine says of the container, and
# systemd of the unit that starts it; never a process or a moment.
choose >&2 || exit 1
look >&2 || exit 1
echo "Engine=$engine"
echo "Id=$key"
echo "Image=$image"
echo "Status=$status"
echo "Policy=$policy"
keeper=$(starts start)
if [ -n "$keeper" ]; then
	echo "Keeper=$keeper $(systemctl show "$keeper" -p ActiveState --value)"
	for file in $(systemctl show "$keeper" -p DropInPaths --value | tr ' ' '\n' | sort); do
		echo "DropIn=$file"
	done
fi
if ! units=$(systemctl list-units --all --plain --no-legend "eris-*-*-$name.service"); then
	exit 1
fi
units=$(echo "$units" | cut -d ' ' -f 1 | sort | tr '\n' ' ')
echo "Beside=${units% }"

# program.sh DIRECTORY: takes as many bytes as the file asked says, in a tmpfs
# that nobody else sees, at once or in ten steps. Gives all back when less than
# that many KiB of the node's memory are available.
cd "$1" || exit 1
hold() { # hold LOOKS: five of them a second, for ever with less than none
	looks=$1
	while [ "$looks" != 0 ]; do
		while read -r name value unit; do
			if [ "$name" = MemAvailable: ] && [ "$value" -lt "$floor" ]; then
				ended "less than the reserve of memory was available"
				exit 0
			fi
		done </proc/meminfo
		sleep 0.2
		looks=$((looks - 1))
	done
}
while [ ! -e go ]; do
	sleep 0.02
done
read -r bytes floor ramp <asked
steps=1
if [ "$ramp" -gt 0 ]; then
	steps=10
fi
step=1
while :; do
	fallocate -l $((bytes * step / steps)) memory/all 2>said || exit 1
	echo $((bytes * step / steps)) >taken.new && mv taken.new taken
	if [ "$steps" = 1 ] || [ "$step" = "$steps" ]; then
		break
	fi
	echo "$(moment) reached itself $((bytes * step / steps / 1048576)) MiB, on the way to $((bytes / 1048576))" >>log
	hold $((ramp / 2))
	step=$((step + 1))
done
hold -1

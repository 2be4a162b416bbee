# program.sh DIRECTORY: takes as many bytes as the file asked says, in a tmpfs
# that nobody else sees. Gives all back when less than that many KiB of the
# node's memory are available.
cd "$1" || exit 1
while [ ! -e go ]; do
	sleep 0.02
done
read -r bytes floor <asked
fallocate -l "$bytes" memory/all 2>said || exit 1
: >taken
while :; do
	while read -r name value unit; do
		if [ "$name" = MemAvailable: ] && [ "$value" -lt "$floor" ]; then
			ended "less than the reserve of memory was available"
			exit 0
		fi
	done </proc/meminfo
	sleep 0.2
done

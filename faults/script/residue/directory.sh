# Directories of no fault: arming was cut off, or an undo was.
for directory in /run/eris/* /var/lib/eris/*; do
	case ${directory##*/} in
	resources | history | witness | lab | '*') continue ;; # lab: where a machine keeps its own lab
	esac
	if [ -d "$directory" ]; then
		here "eris-${directory##*/}" "directory $directory of no fault" "rm -rf $(quote "$directory")"
	fi
done

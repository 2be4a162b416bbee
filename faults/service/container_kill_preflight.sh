if [ "$4" = true ]; then
	if [ "$policy" != no:0 ] && [ "$engine" = podman ] && ! podman update --help 2>/dev/null | grep -q -e '--restart '; then
		echo "$name has the restart policy ${policy%:0}, by which this podman brings back what is to stay down; it cannot change that"
		wrong=1
	fi
fi

# Who would bring back what is to stay down, which a kill may leave open, has to
# be kept from it, and must not lose its policy.
if [ "${4:-true}" = true ] && [ "$policy" != no:0 ] && [ "$engine" = podman ] && ! podman update --help 2>/dev/null | grep -q -e '--restart '; then
	echo "$name has the restart policy ${policy%:0}, by which this podman brings back what is to stay down; it cannot change that"
	wrong=1
fi

# process_fingerprint.sh NAME ID START: which programs run under that name, without
# the workers that they have, and whether one of them is stopped.
all=$(list)
stopped=no
if echo "$all" | cut -d ' ' -f 3 | grep -q T; then
	stopped=yes
fi
echo "Stopped=$stopped"
echo "$all" | while read -r pid started state parent; do
	if [ -n "$pid" ] && ! echo "$all" | grep -q "^$parent "; then
		echo "Main=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"
	fi
done | sort

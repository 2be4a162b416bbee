# module NAME SYMBOL WHAT: the kernel has it, or loads it when it is asked for.
# Nothing is loaded to find that out.
module() {
	if [ -e "/sys/module/$1" ] || grep -q -w "$2" /proc/kallsyms 2>/dev/null; then
		return 0
	fi
	modules=/lib/modules/$(uname -r)
	if [ "$(cat /proc/sys/kernel/modules_disabled 2>/dev/null)" != 1 ] &&
		cat "$modules/modules.dep" "$modules/modules.builtin" 2>/dev/null | grep -q "/$(echo "$1" | sed 's/_/[-_]/g')\.ko"; then
		if ! cat /etc/modprobe.d/*.conf /usr/lib/modprobe.d/*.conf 2>/dev/null | grep -q -E "^(blacklist|install) +$1( |\$)"; then
			return 0
		fi
		echo "the kernel of this node may not load $3: its module $1 is forbidden in modprobe.d"
		return 1
	fi
	echo "the kernel of this node has no $3: its module $1 is not there (some distributions have it in a package of further modules)"
	return 1
}

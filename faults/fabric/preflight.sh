# preflight.sh ...: is all of the switch here and up, is it nothing but a
# switch, and not the way by which Eris comes?
if [ -n "$netns" ] && ! ip netns list | cut -d ' ' -f 1 | grep -q -x -F "$netns"; then
	echo "there is no network namespace $netns on this machine"
	exit 1
fi

# enters LINK PART DEPTH: LINK, or what it stands on, is a veth whose other end is PART.
enters() {
	index=$(cat "/sys/class/net/$1/ifindex" 2>/dev/null) peer=$(cat "/sys/class/net/$1/iflink" 2>/dev/null)
	if [ -n "$index" ] && [ "$index" != "$peer" ] && ends "$1"; then
		case $(inside -o link show dev "$2" 2>/dev/null) in
		"$peer: $2@if$index:"* | "$peer: $2@$1:"*) return 0 ;;
		esac
	fi
	if [ "$3" = 0 ]; then
		return 1
	fi
	for lower in "/sys/class/net/$1"/lower_*; do
		if [ -e "$lower" ] && enters "${lower##*/lower_}" "$2" $(($3 - 1)); then
			return 0
		fi
	done
	return 1
}

# ends LINK: its other end is in the namespace of the switch. Each namespace counts its
# interfaces from 1, so that a number says nothing without it.
ends() {
	where=$(ip -o link show dev "$1" 2>/dev/null | sed -n 's/.* link-netnsid \([0-9]*\).*/\1/p')
	known=
	if [ -n "$netns" ]; then
		known=$(ip netns list | sed -n "s/^$netns (id: \([0-9]*\))\$/\1/p")
	fi
	[ "$where" = "$known" ]
}

by=
if [ "$reached" = ssh ] && [ -n "$ERIS_CONTROLLER" ]; then
	by=$(ip -o route get "$ERIS_CONTROLLER" 2>/dev/null | sed -n 's/.* dev \([^ ]*\) .*/\1/p')
fi
wrong=0
for device in $devices; do
	if ! inside -o link show dev "$device" >/dev/null 2>&1; then
		echo "$switch has no interface $device on this machine${netns:+, in the namespace $netns}"
		wrong=1
	elif ! is_up "$device"; then
		echo "$device of $switch is down already"
		wrong=1
	fi
done
if [ "$wrong" = 1 ]; then
	exit 1
fi
for part in $(parts); do
	if [ -n "$(given "$part")" ]; then
		echo "$part has an address of its own ($(given "$part" | head -n 1)): it is more than a switch's, and what goes with it would not come back"
		wrong=1
	fi
	for family in 4 6; do
		if inside "-$family" route show table all dev "$part" 2>/dev/null | grep -q -v -E '^((local |anycast |multicast )?(fe80|ff00)|broadcast )'; then
			echo "$part has routes, which would not come back"
			wrong=1
		fi
	done
	if inside -o link show type vlan | grep -q "@$part:"; then
		echo "a VLAN of this machine stands on $part"
		wrong=1
	fi
	if [ "$reached" = ssh ] && [ -z "$netns" ] && ! apart "$part"; then
		wrong=1
	fi
	if [ -n "$by" ] && enters "$by" "$part" 8; then
		echo "eris reaches this machine by $by, whose other end is $part: it never cuts its own way"
		wrong=1
	fi
done
exit $wrong

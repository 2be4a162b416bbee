# program.sh DIRECTORY UNIT VERB: has systemd do it, and looks all the time whether
# the service works, until it has done so for a second. The fault is over when
# that second began. What does not work again is held until the undo.
cd "$1" || exit 1
unit=$2 verb=$3
property() {
	systemctl show "$unit" -p "$1" --value
}
through() { # systemd has done it, and was not refused by the service
	[ "$(property ActiveState)" = active ] || return 1
	read -r invocation changed pid <was
	if [ "$verb" = reload ]; then
		[ "$(property StateChangeTimestampMonotonic)" != "$changed" ] && [ "$(property ReloadResult)" = success ]
	else
		[ "$(property InvocationID)" != "$invocation" ]
	fi
}
systemctl --no-block "$verb" "$unit" || exit 1
measure
if [ "$verb" != reload ]; then
	gap="was not active for $((($(property ActiveEnterTimestampMonotonic) - $(property ActiveExitTimestampMonotonic)) / 1000)) ms, and $gap"
fi
ended "$unit $gap" "$over"

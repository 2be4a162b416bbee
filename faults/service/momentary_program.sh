# program.sh DIRECTORY UNIT VERB: has systemd do it, and looks all the time whether
# the service works, until it has done so for a second. The fault is over when
# that second began. What does not work again is held until the undo.
cd "$1" || exit 1
unit=$2 verb=$3
property() {
	systemctl show "$unit" -p "$1" --value
}
works() {
	set --
	while IFS= read -r argument; do
		set -- "$@" "$argument"
	done <args
	sh ./healthy.sh "$@" >/dev/null 2>&1
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
looks=0 failed=0 since= over=
while :; do
	looked=$(moment)
	looks=$((looks + 1))
	if ! works; then
		failed=$((failed + 1)) since=${since:-${looked#* }} over=
	elif [ -n "$over" ] || through; then
		over=${over:-$looked}
		if [ $((${looked#* } - ${over#* })) -ge 1000 ]; then
			break
		fi
	fi
	sleep 0.05
done
gap="worked all the while, in $looks looks at it"
if [ -n "$since" ]; then
	gap="did not do its work for $((${over#* } - since)) ms, in $failed of $looks looks at it"
fi
if [ "$verb" != reload ]; then
	gap="was not active for $((($(property ActiveEnterTimestampMonotonic) - $(property ActiveExitTimestampMonotonic)) / 1000)) ms, and $gap"
fi
ended "$unit $gap" "$over"

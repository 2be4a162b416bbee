
# verify BY asks whether everything is as before and the service works again,
# and only then takes the dead-man down.
verify() {
	# Of a fault that nothing takes back this proves little, and that is said.
	forgood=
	if touched; then
		forgood=$(cat "$run/irreversible" 2>/dev/null)
	fi
	if verified; then
		if [ -n "$forgood" ]; then
			echo "irreversible $id $forgood"
		fi
		if [ "$(state)" != gone ]; then
			disarm "$1"
		fi
		echo "verified"
	fi
	report
}

verified() {
	if [ "$(state)" = gone ]; then
		return 0
	fi
	if [ "$(state)" != undone ]; then
		return 1
	fi
	if ! touched; then
		return 0
	fi
	before=$(cat "$run/before" 2>/dev/null)
	after=$(step fingerprint 2>/dev/null)
	if [ "$before" != "$after" ]; then
		echo "$before" | sed 's/^/before /'
		echo "$after" | sed 's/^/after /'
		return 1
	fi
	output healthy.out
	if ! step healthy >"$out" 2>&1; then
		echo "unhealthy $(tail -n 1 "$out")"
		return 1
	fi
}

# disarm BY takes the dead-man down, and with it who would do the rest: a session that
# is cut half way would leave what is left of the fault to nobody. So it is done apart,
# where the caller is not that already.
disarm() {
	if [ -n "$unit" ] || ! apart disarm --collect disarm "$1" 2>/dev/null; then
		locked disarm-locked "$1"
	fi
}

# disarm_locked leaves nothing of the fault but its stamps, which tell a later reader
# who undid it and when.
disarm_locked() {
	by=$1
	if [ "$(state)" != undone ]; then
		return
	fi
	forgood=
	if touched; then
		forgood=$(cat "$run/irreversible" 2>/dev/null)
	fi
	stamp verified "$by" ${forgood:+"$forgood"}
	mkdir -p -m 0700 "$history" && cp "$run/log" "$history/$id" && sync "$history/$id" "$history"
	if ! sleepers; then
		systemctl stop "eris-$id-lease.timer" "eris-$id-ttl.timer" 2>/dev/null
	fi
	for other in undo lease ttl boot; do
		if [ "$other" != "$(unit_of "$by")" ]; then
			leave "$other" stop
		fi
	done
	rm -f "/etc/systemd/system/multi-user.target.wants/eris-$id-boot.service" \
		"/etc/systemd/system/eris-$id-boot.service"
	if ! sleepers && [ "$(systemctl show "eris-$id-boot.service" -p LoadState --value)" = loaded ]; then
		# A reload while the fault lived has read the unit in.
		systemctl daemon-reload
	fi
	for resource in /run/eris/resources/*; do
		if [ "$(cat "$resource/id" 2>/dev/null)" = "$id" ]; then
			rm -rf "$resource"
		fi
	done
	dismiss 2>/dev/null
	rm -rf "$keep"
	rm -rf "$run"
}

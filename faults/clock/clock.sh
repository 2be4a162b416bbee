# ahead: how many milliseconds the wall clock is ahead of the uptime, which is
# told in hundredths of a second.
ahead() {
	read -r up idle </proc/uptime
	now=$(date +%s%N)
	hundredths=1${up#*.}
	echo $((now / 1000000 - ${up%.*} * 1000 - (hundredths - 100) * 10))
}

# off FILE: how many milliseconds the clock is off what was recorded there.
off() {
	read -r recorded <"$1" || return 1
	echo $(($(ahead) - recorded))
}

# beyond MILLISECONDS: that is more than a second, ahead or back.
beyond() {
	[ "$1" -gt 1000 ] || [ "$1" -lt -1000 ]
}

# put AHEAD: sets the clock so that it is ahead of the uptime by that.
put() {
	read -r up idle </proc/uptime
	hundredths=1${up#*.}
	to=$((${up%.*} * 1000 + (hundredths - 100) * 10 + $1))
	date -s "@${to%???}.${to#"${to%???}"}" >/dev/null
}

# keepers: the units that can keep the clock right and are there, by the name
# that systemd gives them, and whether they are active.
keepers() {
	for unit in systemd-timesyncd chrony chronyd ntp ntpd ntpsec openntpd phc2sys; do
		if [ "$(systemctl show "$unit.service" -p LoadState --value)" = loaded ]; then
			echo "$(systemctl show "$unit.service" -p Id --value) $(systemctl show "$unit.service" -p ActiveState --value)"
		fi
	done | sort -u
}

# kept: those that were active when the fault was armed.
kept() {
	sed -n 's/^Keeper=\(.*\) active$/\1/p' before
}

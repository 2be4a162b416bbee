# throttle.sh UNIT ID CONTROLLER ...: what the steps of a throttle share.
unit=$1 id=$2 controller=$3
directory=/run/systemd/system/$unit.d
file=$directory/zz-eris-$id.conf

property() {
	systemctl show "$unit" -p "$1" --value
}

limit() { # limit SETTING...: lays the drop-in, which a daemon-reload brings into effect
	mkdir -p "$directory"
	chmod 0755 "$directory"
	printf '%s\n' '[Service]' "$@" >"$file"
	chmod 0644 "$file"
	systemctl daemon-reload
}


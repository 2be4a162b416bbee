# throttle.sh SERVICE ID CONTROLLER ...: what the steps of a throttle share.
service=$1 id=$2 controller=$3

scope() { # sets unit, by whose settings the service's group is limited, section and directory; fails where there is none
	read -r unit section <<-END
		$(service_scope 2>/dev/null)
	END
	directory=/run/systemd/system/$unit.d
	[ -n "$unit" ]
}

property() {
	systemctl show "$unit" -p "$1" --value
}

limit() { # limit SETTING...: lays the drop-in, which a daemon-reload brings into effect
	if ! scope; then
		echo "$service has no unit of systemd any more that could limit it"
		exit 1
	fi
	mkdir -p "$directory"
	chmod 0755 "$directory"
	printf '%s\n' "[$section]" "$@" >"$directory/zz-eris-$id.conf"
	chmod 0644 "$directory/zz-eris-$id.conf"
	systemctl daemon-reload
}


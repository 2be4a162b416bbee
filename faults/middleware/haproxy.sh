# haproxy.sh UNIT SOCKET BACKEND SERVER STATE: what the steps share.
unit=$1 socket=$2 backend=$3 server=$4 asked=$5

ask() { # COMMAND: what haproxy answers, nothing where it does not
	printf '%s\n' "$1" | nc -U -w 5 "$socket" 2>/dev/null
}

# NAME STATE of each of the backend's servers: what an administrator has told it,
# here or in the configuration, and not what haproxy itself found out (checks,
# names that do not resolve).
told() {
	ask "show servers state $backend" | while read -r number proxy id name address running flags rest; do
		if [ "$proxy" != "$backend" ]; then
			continue
		fi
		case $((flags & 13)) in
		0) echo "$name ready" ;;
		1) echo "$name maint" ;;
		8) echo "$name drain" ;;
		*) echo "$name flags-$flags" ;;
		esac
	done
}

state() { # of the server, nothing where haproxy does not know it
	told | while read -r name state; do
		if [ "$name" = "$server" ]; then
			echo "$state"
		fi
	done
}

# NAME SESSIONS-NOW SESSIONS-EVER STATUS of each of the backend's servers; a
# status of two words has them joined: UP_1/2, no_check.
figures() {
	ask "show stat" | cut -d , -f 1,2,5,8,18 | tr ' ,' '_ ' | while read -r proxy name now ever status; do
		if [ "$proxy" = "$backend" ] && [ "$name" != FRONTEND ] && [ "$name" != BACKEND ]; then
			echo "$name $now $ever $status"
		fi
	done
}

others() { # how many other servers of the backend take requests
	figures | while read -r name now ever status; do
		case $name.$status in
		"$server".*) ;;
		*.UP* | *.no_check) echo "$name" ;;
		esac
	done | wc -l
}


peers() { # of the connections to the broker, a line each, sorted; fails where ss does
	there=$(ss -Htn state established "( sport = :$port )") || return 1
	echo "$there" | while read -r received sent local peer rest; do
		if [ -n "$peer" ]; then
			echo "$peer"
		fi
	done | sort
}

gone_since() { # gone_since FILE: how many of the peers in it have that connection no more
	now=$(peers) || return 1
	echo $(($(wc -l <"$1") - $({ echo "$now"; cat "$1"; } | sort | uniq -d | wc -l)))
}

peers() { # of the connections to the broker, a line each, sorted
	ss -Htn state established "( sport = :$port )" | while read -r received sent local peer rest; do
		echo "$peer"
	done | sort
}

gone_since() { # gone_since FILE: how many of the peers in it have that connection no more
	echo $(($(wc -l <"$1") - $({ peers; cat "$1"; } | sort | uniq -d | wc -l)))
}

# rabbitmq.sh UNIT PORT ...: what the steps share.
unit=$1 port=$2

control() { # rabbitmqctl, which reads its input to the end
	timeout 20 rabbitmqctl -q "$@" </dev/null
}

names() { # names KEY: those in a list of the cluster's status, which is read
	sed -n "s/.*\"$1\":\[\([^]]*\)\].*/\1/p" | tr -d '" ' | tr ',' '\n' | sort | tr '\n' ' '
}

clients() { # connections to the broker
	ss -Htn state established "( sport = :$port )" | wc -l
}

process() { # which run of the unit it is: another one was told nothing
	systemctl show "$unit" -p InvocationID --value
}

listens() {
	[ -n "$(ss -Htln "( sport = :$port )")" ]
}

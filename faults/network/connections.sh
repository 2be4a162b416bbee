# connections.sh ID FILTER AT PEERS SECONDS WHAT: what the steps share. FILTER is
# ss' own, of ports; AT are addresses of this node and PEERS those of the other
# end, any where there are none.
id=$1 filter=$2 at=$3 others=$4 seconds=$5 what=$6
beside=eris-$id-connections.service

bare() { # bare ADDRESS:PORT: without brackets, as the same address is written elsewhere
	address=${1%:*}
	port=${1##*:}
	address=${address#[}
	address=${address%]}
	address=${address#::ffff:}
}

chosen() { # what is established and to be ended, sorted: LOCAL PORT PEER PORT; fails where ss does
	established=$(ss -Htn state established $filter) || return 1
	echo "$established" | while read -r received sent local peer rest; do
		if [ -z "$peer" ]; then
			continue
		fi
		bare "$local"
		here=$address
		hereport=$port
		bare "$peer"
		case "$here $address" in
		*%*) continue ;; # of one link only: nobody of the inventory is reached so
		esac
		if [ "$address" = "$ERIS_CONTROLLER" ]; then
			continue
		fi
		case " ${at:-$here} " in
		*" $here "*) ;;
		*) continue ;;
		esac
		case " ${others:-$address} " in
		*" $address "*) echo "$here $hereport $address $port" ;;
		esac
	done | sort
}

still() { # how many of those in the file was are there yet; fails where nobody can tell
	there=$(chosen) || return 1
	{ echo "$there"; cat was; } | sort | uniq -d | wc -l
}

many() { # how many are established now
	there=$(chosen) || return 1
	echo "$there" | grep -c .
}

# link.sh ID NAME SERVICE WANTS HOW RULES ATTEMPTS WHAT ASKED: what the steps of a link share.
# SERVICE is the client; HOW are words for link.py, RULES nft's, with
# OWNERS, PORT4 and PORT6 where those come.
id=$1 name=$2 service=$3 wants=$4 how=$5 rules=$6 attempts=$7 what=$8 asked=$9
own=eris-$id-link.service

owned() { # which process is whose: PID USER, by who may open what it opens
	grep -H '^Uid:' /proc/[0-9]*/status 2>/dev/null |
		sed -n 's,^/proc/\([0-9]*\)/status:Uid:[^0-9]*[0-9]*[^0-9]*\([0-9]*\)[^0-9].*,\1 \2,p'
}

owners() { # the users, but root, as whom the client's processes run
	all=$(owned)
	for pid in $(service_processes); do
		echo "$all" | grep "^$pid " | cut -d ' ' -f 2
	done | grep -v -x 0 | sort -n -u
}

# strangers: some that are not of the client, but of its users. The client's are listed last:
# whom one of them has begun meanwhile is no stranger, nor is one that has ended.
strangers() {
	all=$(owned)
	mine=$(service_processes) || true # no cgroup below it
	of=$(for pid in $mine; do
		echo "$all" | grep "^$pid " | cut -d ' ' -f 2
	done | grep -v -x 0 | sort -u)
	mine=" $(echo $mine) "
	of=" $(echo $of) "
	set -- $(echo "$all" | while read -r pid user; do
		case "$mine" in
		*" $pid "*) continue ;;
		esac
		case "$of" in
		*" $user "*) ;;
		*) continue ;;
		esac
		if read -r comm <"/proc/$pid/comm"; then
			echo "$comm ($pid)"
		fi 2>/dev/null
	done | head -n 3)
	echo "$*"
}

# ruleset PORT4 PORT6 OWNER...: prints the fault's table, for `nft -f`. Where nobody else
# on the node has connections tracked, one of before is taken for new by its next packet:
# only what begins with a SYN is redirected.
ruleset() {
	ports="s/PORT4/$1/; s/PORT6/$2/"
	six=$2
	shift 2
	echo "table inet eris-$id"
	echo "delete table inet eris-$id"
	echo "table inet eris-$id {"
	echo "chain $name-out {"
	echo "type nat hook output priority -150; policy accept"
	echo "tcp flags & syn == 0 accept"
	echo "$rules" | tr ';' '\n' | while IFS= read -r rule; do
		case "$six $rule" in
		0\ *PORT6) ;; # nobody listens there
		*) echo "$rule" | sed "s/OWNERS/{ $(echo "$@" | sed 's/ /, /g') }/; $ports" ;;
		esac
	done
	echo "}"
	echo "}"
}

tried() { # of ATTEMPTS the first of each family that is redirected: what is done to one is done to all
	four='' six=''
	read -r listens listens <listening || return 1
	set -- $attempts
	while [ $# -gt 1 ]; do
		case $1 in
		127.0.0.1 | ::1) ;; # others of the family are redirected by the same rule
		*:*) [ "$listens" = 0 ] || six=${six:-$1 $2} ;;
		*) four=${four:-$1 $2} ;;
		esac
		shift 2
	done
	echo "$four $six"
}

end() { # end ADDRESS:PORT: sets host, bare, and whole, as a filter of ss has it
	host=${1%:*}
	host=${host#[}
	host=${host%]}
	host=${host#::ffff:}
	case $host in
	*:*) whole="[$host]:${1##*:}" ;;
	*) whole=$host:${1##*:} ;;
	esac
}

old() { # old USER...: the connections that these have to ATTEMPTS, an end and the other; fails where ss does
	users=" $* "
	peers=" $attempts "
	all=$(ss -Htne state established) || return 1
	echo "$all" | while read -r received sent local peer rest; do
		user=${rest##*uid:}
		case $rest in
		*uid:*) ;;
		*) continue ;; # root's
		esac
		case "$users" in
		*" ${user%% *} "*) ;;
		*) continue ;;
		esac
		end "$peer"
		case "$peers" in
		*" $host ${peer##*:} "*)
			far=$whole
			end "$local"
			echo "$whole $far"
			;;
		esac
	done | sort
}

redirects() { # how many redirects there are; fails where nobody can tell
	listed=$(nft list table inet "eris-$id" 2>/dev/null) || return 1
	echo "$listed" | grep -c 'redirect to :'
}


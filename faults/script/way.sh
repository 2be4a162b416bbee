# named NAME PREFIX: the interface of that name, or the one that carries an
# address in that prefix; a line each where there are several.
named() {
	if [ -n "$1" ]; then
		echo "$1"
	else
		ip -o address show to "$2" | cut -d ' ' -f 2 | sort -u
	fi
}

# stands LINK OTHER DEPTH: LINK is OTHER, or stands on it: a bond or a bridge on
# its ports, a VLAN on its link.
stands() {
	if [ "$1" = "$2" ]; then
		return 0
	fi
	if [ "$3" = 0 ]; then
		return 1
	fi
	for lower in "/sys/class/net/$1"/lower_*; do
		if [ -e "$lower" ] && stands "${lower##*/lower_}" "$2" $(($3 - 1)); then
			return 0
		fi
	done
	return 1
}

# apart LINK: it is not the one by which Eris comes, or answers go back.
apart() {
	if [ -z "$ERIS_CONTROLLER" ]; then
		echo "ssh does not say from where it comes, so nobody knows which interface must not be touched"
		return 1
	fi
	if ! way=$(ip -o route get "$ERIS_CONTROLLER" 2>/dev/null); then
		echo "this node has no route to $ERIS_CONTROLLER, from where eris comes: nobody knows by which interface"
		return 1
	fi
	came=$(echo "${ERIS_SSH_CONNECTION:-}" | cut -d ' ' -f 3)
	ways=$(echo "$way" | sed -n 's/.* dev \([^ ]*\) .*/\1/p')
	if [ -n "$came" ]; then
		ways="$ways $(named '' "$came" 2>/dev/null)"
	fi
	for one in $ways; do
		stands "$one" "$1" 8 && ways=cut
	done
	if [ "$ways" != cut ]; then
		return 0
	fi
	echo "eris reaches this node by $1, from $ERIS_CONTROLLER: it never cuts its own way"
	return 1
}

# ruleset ID NAME IN OUT: prints the fault's table, for `nft -f`. A table that is
# named, deleted and made again in one transaction is replaced.
ruleset() {
	family=ip
	case $ERIS_CONTROLLER in
	*:*) family=ip6 ;;
	esac
	echo "table inet eris-$1"
	echo "delete table inet eris-$1"
	echo "table inet eris-$1 {"
	chain "$2-in" input "$family saddr $ERIS_CONTROLLER accept" "$3"
	chain "$2-out" output "$family daddr $ERIS_CONTROLLER accept" "$4"
	echo "}"
}

chain() { # chain NAME HOOK CONTROLLER RULES
	if [ -n "$4" ]; then
		echo "chain $1 {"
		echo "type filter hook $2 priority -400; policy accept"
		echo "$3"
		echo "$4"
		echo "}"
	fi
}


# pacemaker_ban.sh: a constraint of the fault's own, which keeps the resource off this
# node. Nobody has to undo it: ten minutes after the fault's last moment the cluster
# no longer heeds it.
ban() {
	read -r until <"/run/eris/$id/ttl-until"
	read -r up idle </proc/uptime
	end=$(date -u -d "@$(($(date +%s) + until / 1000 - ${up%.*} + 600))" +%Y-%m-%dT%H:%M:%SZ)
	at=$(before Node)
	cibadmin --create --scope constraints --xml-text "<rsc_location id=\"eris-$id-ban-on-$at\" rsc=\"$name\"><rule id=\"eris-$id-rule\" score=\"-INFINITY\" boolean-op=\"and\"><expression id=\"eris-$id-node\" attribute=\"#uname\" operation=\"eq\" value=\"$at\"/><date_expression id=\"eris-$id-end\" operation=\"lt\" end=\"$end\"/></rule></rsc_location>" >/dev/null 2>&1
	case $? in
	0 | 108) ;; # 108: it is there
	*)
		echo "the cluster has not taken the constraint by which $name is kept off $at"
		return 1
		;;
	esac
}
away() { # it runs here no more, of which a unit tells sooner than the cluster
	look >/dev/null || return 1
	if strikable >/dev/null; then
		case $(systemctl show "$unit" -p ActiveState --value) in
		inactive | failed) return 0 ;;
		*) return 1 ;;
		esac
	fi
	! instances | grep -q "^$here "
}
leaves() { # waits a little until it does
	tries=40
	while [ "$tries" -gt 0 ] && ! away; do
		tries=$((tries - 1))
		sleep 0.05
	done
}

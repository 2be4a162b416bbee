# pacemaker_unit.sh RESOURCE ID ...: the unit that the resource is, where it is of the
# class systemd; then that is what is struck, as a unit.
strikable() { # sets unit, or says why nobody can tell the processes of the resource
	classes=$(echo "$own" | grep '^ *<primitive ')
	case $(echo "$classes" | attribute class) in
	systemd) unit=$(echo "$classes" | attribute type) ;;
	'')
		echo "$name has no class of its own in Pacemaker (a template), and no processes that are known to be its own"
		return 1
		;;
	*)
		echo "nobody can tell the processes of $name: only those of one resource of the class systemd are known, and this is $(echo "$classes" | sed 's/.* class="\([^"]*\)".*/\1/' | tr '\n' ' ')"
		return 1
		;;
	esac
	case $unit in
	*.service) ;;
	*) unit=$unit.service ;;
	esac
}

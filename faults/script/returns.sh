# returns.sh WHAT...: will what the inventory has here be there after a boot? WHAT
# is a unit, container:NAME, process:NAME or pacemaker:NAME. wrong is 1 where it will not.
wrong=0
file() { # file UNIT: the state of its unit file
	systemctl show "$1" -p UnitFileState --value
}
booted() { # booted UNIT: a boot may start it
	case $(file "$1") in
	enabled | static | generated | indirect | alias | linked) return 0 ;;
	esac
	return 1
}
keeper() { # who starts the container, or runs it anew
	starts '(start|run)'
	engine=podman
	ask '{{index .Config.Labels "PODMAN_SYSTEMD_UNIT"}}'
}
returns() { # returns NAME: says why a boot would not bring the container back
	name=$1
	whose "$(has docker)" "$(has podman)"
	case $(ask '{{.State.Status}}') in
	running | paused) ;;
	*) return ;; # which is no sign of health, and told as that
	esac
	starter=
	for unit in $(keeper); do
		starter=${unit##*/}
		if booted "$starter"; then
			return
		fi
	done
	policy=$(ask '{{.HostConfig.RestartPolicy.Name}}')
	because="its restart policy is ${policy:-no}, and no unit starts it"
	if [ -n "$starter" ]; then
		because="its restart policy is ${policy:-no}, and $starter, which starts it, is $(file "$starter")"
	fi
	case $engine:$policy in
	docker:always | docker:unless-stopped)
		case $(file docker.service) in
		disabled | masked | masked-runtime | enabled-runtime) because="docker.service is $(file docker.service)" ;;
		*) return ;;
		esac
		;;
	podman:always)
		if booted podman-restart.service; then
			return
		fi
		because="$because; Podman's policy counts after a boot only where podman-restart.service is enabled"
		;;
	esac
	echo "the container $name runs, and a boot would not bring it back: $because"
	wrong=1
}
for what in "$@"; do
	case $what in
	container:*)
		returns "${what#*:}"
		continue
		;;
	pacemaker:*)
		for unit in corosync.service pacemaker.service; do
			if [ "$(systemctl show "$unit" -p ActiveState --value)" = active ] && ! booted "$unit"; then
				echo "Pacemaker runs ${what#*:}, and a boot would not bring it back: $unit is $(file "$unit")"
				wrong=1
			fi
		done
		continue
		;;
	process:*)
		echo "${what#*:} is a process of no unit: nobody would start it after a boot"
		wrong=1
		continue
		;;
	esac
	if [ "$(systemctl show "$what" -p ActiveState --value)" != active ]; then
		continue
	fi
	case $(file "$what") in
	disabled | masked | masked-runtime | enabled-runtime | transient)
		echo "$what runs and is $(file "$what"): a boot would not bring it back"
		wrong=1
		;;
	esac
done

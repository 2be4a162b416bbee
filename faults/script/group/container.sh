# The container $service of Docker or Podman, whichever has it: whether it runs, where its
# processes are, and what starts it again.
service_says() ( # service_says FORMAT: what its engine says; fails, with the reason, where none has it, or both
	name=$service
	of_docker=$(has docker) || true
	of_podman=$(has podman) || true
	if [ -z "$of_docker$of_podman" ]; then
		echo "no container $name: neither docker nor podman has one here" >&2
		exit 1
	elif [ -n "$of_docker" ] && [ -n "$of_podman" ] && [ "$of_docker" != "$of_podman" ]; then
		echo "docker and podman both have a container $name" >&2
		exit 1
	fi
	whose "$of_docker" "$of_podman"
	ask "$1"
)
service_state() { # active, or what it is instead
	says=$(service_says '{{.State.Status}}') || return 1
	case $says in
	running) echo active ;;
	*) echo "$says" ;;
	esac
}
service_group() { # the control group of its processes, nothing where there are none
	says=$(service_says '{{.State.Pid}}') || return 1
	if [ "$says" = 0 ]; then
		return
	fi
	# Podman has its processes in a part of their own below the scope that has the limits.
	says=$(sed -n -e 's/^[0-9]*:name=systemd://p' -e 's/^0:://p' "/proc/$says/cgroup" 2>/dev/null | grep -v -x / | head -n 1)
	echo "${says%/container}"
}
service_scope() { # the unit of systemd whose settings limit that group, and the section that they are in; fails where an engine keeps it by itself
	says=$(service_group) || return 1
	case $says in
	*/docker-*.scope | */libpod-*.scope) echo "${says##*/} Scope" ;;
	*) return 1 ;;
	esac
}
service_main() { # the process with which its group ends, and has to be free for it to be started again
	service_says '{{.State.Pid}}'
}
service_again() ( # starts it, without waiting for its work
	name=$service
	keeper=$(starts start) || true
	keeper=${keeper:-$(starts run)} || true
	if [ -n "$keeper" ]; then
		systemctl reset-failed "$keeper" 2>/dev/null || true
		systemctl start --no-block "$keeper"
		exit
	fi
	of_docker=$(has docker) || true
	of_podman=$(has podman) || true
	whose "$of_docker" "$of_podman"
	engine start "$name" >/dev/null
)
service_processes() {
	within "$(service_group)"
}

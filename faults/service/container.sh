# container.sh NAME ID ...: which engine has the container, and what it says of it.
name=$1 id=$2
engine() { # engine ARGS...: docker or podman, whichever has it
	case $engine in
	docker) docker "$@" ;;
	podman) INVOCATION_ID= podman "$@" ;; # in a service that it knows of it would leave its monitor there, to end with it
	*) return 1 ;;
	esac
}
ask() { # ask FORMAT: what the engine has under that name
	engine container inspect -f "$1" "$name" 2>/dev/null
}
has() { # has ENGINE: prints the id of its container of that name
	engine=$1
	if ! command -v "$1" >/dev/null 2>&1; then
		return 1
	fi
	ask '{{.Id}}'
}
choose() { # sets engine, that of the fault while there is one, or says why there is none
	engine=$(before Engine)
	if [ -n "$engine" ]; then
		return
	fi
	of_docker=$(has docker) || true
	of_podman=$(has podman) || true
	engine=
	if [ -z "$of_docker$of_podman" ]; then
		echo "no container $name: neither docker nor podman has one here"
		return 1
	elif [ -n "$of_docker" ] && [ -n "$of_podman" ] && [ "$of_docker" != "$of_podman" ]; then
		echo "docker and podman both have a container $name"
		return 1
	fi
	engine=${of_podman:+podman} # where docker is only another name for it, both have it
	engine=${engine:-docker}
}
look() { # sets status, pid, policy, key, image and started of the container, or says that it cannot
	if ! said=$(ask '{{.State.Status}} {{.State.Pid}} {{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}} {{.Id}} {{.Image}} {{.State.StartedAt}}'); then
		echo "$engine says nothing of $name"
		return 1
	fi
	read -r status pid policy key image started <<-END
		$said
	END
	case $policy in
	:*) policy=no$policy ;;
	esac
}
starts() { # starts HOW: the first unit file that starts it, or runs it anew each time
	files=$(grep -l -s -E "^ExecStart=.*/(docker|podman) (container )?$1 (.*[ =])?$name( |\$)" /etc/systemd/system/*.service \
		/run/systemd/system/*.service /run/systemd/generator/*.service /usr/local/lib/systemd/system/*.service /lib/systemd/system/*.service)
	for file in $files; do
		echo "${file##*/}"
		return
	done
}
before() { # before KEY: what the fingerprint had under that key before the fault
	sed -n "s/^$1=//p" before 2>/dev/null
}

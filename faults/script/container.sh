# The container $name of the engine $engine, docker or podman, in words that both know.
engine() { # engine ARGS...: docker or podman, whichever has it
	case $engine in
	docker) docker "$@" ;;
	podman) INVOCATION_ID= podman "$@" ;; # in a service that it knows of it would leave its monitor there, to end with it
	*) return 1 ;;
	esac
}
ask() { # ask FORMAT: what the engine has under that name, if it says so in time
	case $engine in
	docker) timeout 5 docker container inspect -f "$1" "$name" 2>/dev/null ;;
	podman) INVOCATION_ID= timeout 5 podman container inspect -f "$1" "$name" 2>/dev/null ;;
	*) return 1 ;;
	esac
}
has() { # has ENGINE: prints the id of its container of that name
	engine=$1
	if ! command -v "$1" >/dev/null 2>&1; then
		return 1
	fi
	ask '{{.Id}}'
}
whose() { # whose DOCKERS PODMANS: sets engine, by what has said of docker and of podman
	engine=${2:+podman} # where docker is only another name for it, both have it
	engine=${engine:-docker}
}
starts() { # starts HOW: the first unit file that starts it, or runs it anew each time
	files=$(grep -l -s -E "^ExecStart=.*/(docker|podman) (container )?$1 (.*[ =])?$name( |\$)" /etc/systemd/system/*.service \
		/run/systemd/system/*.service /run/systemd/generator/*.service /usr/local/lib/systemd/system/*.service /lib/systemd/system/*.service)
	for file in $files; do
		echo "${file##*/}"
		return
	done
}

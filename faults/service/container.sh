# container.sh NAME ID ...: which engine has the container, and what it says of it.
name=$1 id=$2
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
	whose "$of_docker" "$of_podman"
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
before() { # before KEY: what the fingerprint had under that key before the fault
	sed -n "s/^$1=//p" before 2>/dev/null
}

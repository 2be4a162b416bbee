# files_fingerprint.sh: how many files the service's processes may open. Which
# processes those are changes by itself.
if ! state=$(service_state); then
	exit 1
fi
echo "ActiveState=$state"
may=$(for pid in $(service_processes); do limits "$pid"; done | sort -u | tr '\n' ',')
echo "OpenFiles=${may%,}"

# syscall_fingerprint.sh: whether somebody traces the service's processes, and whether
# any is stopped. Which processes those are changes by itself.
if ! active=$(service_state) || ! units=$(systemctl list-units --all --plain --no-legend "eris-*-load-$name*.service"); then
	exit 1
fi
traced=no stopped=no
for pid in $(service_processes); do
	case $(tracers "$pid") in
	'' | 0) ;;
	*) traced=yes ;;
	esac
	case $(state "$pid") in
	T | t) stopped=yes ;;
	esac
done
echo "ActiveState=$active"
echo "Traced=$traced"
echo "Stopped=$stopped"
echo "Tracing=$(echo "$units" | cut -d ' ' -f 1 | sort | tr '\n' ' ')"

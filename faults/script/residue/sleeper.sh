# Sleepers of a dead-man, and steps that run apart, on a node without systemd.
grep -ls 'eris/.*guard[.]sh' /proc/[0-9]*/cmdline 2>/dev/null | while IFS= read -r file; do
	process=${file%/cmdline}
	process=${process##*/}
	line=$(tr '\0' ' ' 2>/dev/null <"$file")
	case $line in
	"sh /run/eris/"*"/guard.sh session "*)
		owner=${line#sh /run/eris/}
		owner=${owner%%/*}
		# When somebody types it, the number may be another's, or nobody's.
		found "eris-$owner" "process $process of the fault $owner" "! grep -qs eris/$owner/guard.sh /proc/$process/cmdline || kill -KILL $process"
		;;
	esac
done

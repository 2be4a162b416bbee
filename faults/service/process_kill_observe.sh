# process_kill_observe.sh NAME ID START SIGNAL KEEP: none of them is there.
if [ ! -s killed ] || [ -n "$(list)" ]; then
	exit 1
fi
echo "no process is called $name, $(wc -l <killed | tr -d ' ') were killed by SIG$4"

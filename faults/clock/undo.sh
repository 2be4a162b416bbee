# undo.sh: puts the clock back to where it stood against the uptime, if it is
# off by more than who keeps it right would have done, and starts those again.
if [ "$ERIS_TOUCHED" != yes ]; then
	exit 0
fi
if [ -s clock.ahead ] && far=$(off clock.ahead) && beyond "$far"; then
	read -r recorded <clock.ahead
	put "$recorded" || exit 1
fi
wrong=0
for unit in $(kept); do
	systemctl start "$unit" || wrong=1
done
exit $wrong

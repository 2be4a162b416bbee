# step_observe.sh ID BY: the clock is off by about that, by its uptime.
far=$(off clock.ahead) || exit 1
if beyond $((far - $2)); then
	exit 1
fi
stopped=$(kept | sed 's/\.service$//' | tr '\n' ' ' | sed 's/ $//')
echo "stepped: the clock is off by $((far / 1000)).$(echo "$((1000 + ${far#-} % 1000))" | sed 's/^1//') s (asked for $(($2 / 1000)) s); stopped: ${stopped:-nobody kept it right}"

if [ "$(property CanReload)" != yes ]; then
	echo "$unit has no ExecReload=: it cannot be reloaded, only restarted"
	wrong=1
fi

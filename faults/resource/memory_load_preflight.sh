wanted >/dev/null || {
	wanted
	exit 1
}

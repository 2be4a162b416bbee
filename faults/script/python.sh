python() { # python MODULE WHAT: a Python that is new enough is here for WHAT; says why not
	if ! command -v python3 >/dev/null; then
		echo "python3 is not on this node: $2 is a program in it, with nothing but its own library"
		return 1
	fi
	if ! said=$(python3 -I -S -c "import $1, socket, sys; sys.exit(sys.version_info < (3, 7))" 2>&1); then
		echo "python3 on this node is older than 3.7, or has no $1: $(echo "$said" | tail -n 1)"
		return 1
	fi
}

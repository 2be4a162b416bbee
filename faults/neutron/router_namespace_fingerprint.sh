# router_namespace_fingerprint.sh: of a router that its agent has taken away
# meanwhile, with all that it kept of it, nothing is left to restore.
if ! chosen >/dev/null; then
	echo "Router=none"
	exit 0
fi
if removed; then
	cat before
	exit 0
fi
printed

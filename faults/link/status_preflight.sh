# status_preflight.sh: who answers where the client goes answers plain HTTP. Who is silent
# says nothing of that, and one has to answer.
get() { # get OPTION... URL: as the client asks, by nobody's configuration and over no proxy
	curl -q --noproxy '*' -s -o /dev/null -m 2 "$@" 2>/dev/null
}
refuse() { # refuse ADDRESS PORT
	echo "$1 port $2 does not answer plain HTTP (TLS, or something else): only link.delay, link.rate and link.reset are for it"
	exit 1
}
plain() (
	answers=0
	set -- $attempts
	while [ $# -gt 1 ]; do
		case $1 in
		*:*) address="[$1]" ;;
		*) address=$1 ;;
		esac
		get "http://$address:$2/"
		case $? in
		0)
			answers=$((answers + 1))
			# Apache, nginx and others answer plain HTTP on a port of TLS, with 400.
			shook=$(get -k -w '%{time_appconnect}' "https://$address:$2/")
			case "$? $shook" in
			0\ * | *\ *[1-9]*) refuse "$1" "$2" ;;
			1\ * | 2\ *)
				echo "the curl of this node cannot ask whether $1 port $2 is of TLS"
				exit 1
				;;
			esac
			;;
		6 | 7 | 28) ;; # nobody is there
		*) refuse "$1" "$2" ;;
		esac
		shift 2
	done
	if [ "$answers" = 0 ]; then
		echo "nobody answers where the client would ask, so nobody knows whether that is plain HTTP"
		exit 1
	fi
)
plain || exit 1

# status_preflight.sh: who answers where the client goes answers plain HTTP. Who is silent
# says nothing of that, and one has to answer.
plain() (
	answers=0
	set -- $attempts
	while [ $# -gt 1 ]; do
		case $1 in
		*:*) address="[$1]" ;;
		*) address=$1 ;;
		esac
		curl -s -o /dev/null -m 2 "http://$address:$2/" 2>/dev/null
		case $? in
		0) answers=$((answers + 1)) ;;
		6 | 7 | 28) ;; # nobody is there
		*)
			echo "$1 port $2 does not answer plain HTTP (TLS, or something else): only link.delay, link.rate and link.reset are for it"
			exit 1
			;;
		esac
		shift 2
	done
	if [ "$answers" = 0 ]; then
		echo "nobody answers where the client would ask, so nobody knows whether that is plain HTTP"
		exit 1
	fi
)
plain || exit 1

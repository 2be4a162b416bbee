# own_way OTHERS: it is known by which address Eris came, and that is none of
# those that are to be struck.
own_way() {
	case $ERIS_CONTROLLER in
	'')
		echo "ssh does not say from where it comes, so nobody knows what must not be cut off"
		return 1
		;;
	*[!0-9a-f:.]*)
		echo "ssh comes from $ERIS_CONTROLLER, which no rule can let through"
		return 1
		;;
	esac
	case " $1 " in
	*" $ERIS_CONTROLLER "*)
		echo "eris comes from $ERIS_CONTROLLER, which is to be cut off: it never cuts its own way"
		return 1
		;;
	esac
}


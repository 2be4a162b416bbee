# io_throttle_observe.sh: the kernel has the limits.
has=$(io "$(service_group)")
said=
for each in "read $read rbps" "write $write wbps"; do
	set -- $each
	if [ "$2" = 0 ]; then
		continue
	fi
	case " $has " in
	*" $3=$2 "*) said="$said, $1 $2 bytes a second" ;;
	*) exit 1 ;;
	esac
done
echo "on the disk of $path $service may at most${said#,}"

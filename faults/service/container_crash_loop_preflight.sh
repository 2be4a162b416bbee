case $policy in
always:* | unless-stopped:* | on-failure:0) ;;
*)
	keeper=$(starts start)
	case ${keeper:+$(systemctl show "$keeper" -p Restart --value)} in
	always | on-failure | on-abnormal | on-abort) ;;
	*)
		echo "nothing starts $name again after a crash, neither a restart policy without an end nor a unit: that is service.kill"
		wrong=1
		;;
	esac
	;;
esac

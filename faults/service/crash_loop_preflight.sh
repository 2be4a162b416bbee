case $(property Restart) in
always | on-failure | on-abnormal | on-abort) ;;
*)
	echo "$unit has Restart=$(property Restart): after one crash systemd leaves it down, which is service.kill"
	wrong=1
	;;
esac
if [ "$(property MainPID)" = 0 ]; then
	echo "$unit has no main process that could crash"
	wrong=1
fi

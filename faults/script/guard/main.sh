
case $verb in
arm-locked) arm_locked ;;
inject) inject ;;
standby) standby ;;
parked) parked ;;
inject-unit) inject_unit ;;
inject-locked) inject_locked ;;
observe) observe "$1" && report ;;
held-locked) held_locked "$1" "$2" ;;
renew) renew ;;
renew-locked) renew_locked ;;
undo)
	unit=undo
	undo "$1"
	;;
undo-locked) undo_locked "$1" ;;
end) end "$1" ;;
verify) verify "$1" ;;
disarm)
	unit=disarm
	disarm "$1"
	;;
disarm-locked) disarm_locked "$1" ;;
deadman)
	unit=$1
	deadman "$1"
	;;
asleep) asleep ;;
sleeper)
	unit=$1
	sleeper "$1" "$2"
	;;
boot)
	unit=boot
	boot
	;;
report) report ;;
*) exit 64 ;;
esac

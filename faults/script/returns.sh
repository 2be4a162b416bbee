# returns.sh UNIT...: will what the inventory has here be there after a boot?
# wrong is 1 where it will not.
wrong=0
for unit in "$@"; do
	if [ "$(systemctl show "$unit" -p ActiveState --value)" != active ]; then
		continue
	fi
	case $(systemctl show "$unit" -p UnitFileState --value) in
	disabled | masked | masked-runtime | enabled-runtime | transient)
		echo "$unit runs and is $(systemctl show "$unit" -p UnitFileState --value): a boot would not bring it back"
		wrong=1
		;;
	esac
done

# down_observe.sh UNIT ID: the unit is down, and no start can bring it back.
unit=$1
state=$(systemctl show "$unit" -p ActiveState --value)
case $state in
inactive | failed) echo "$unit is $state" ;;
*) exit 1 ;;
esac

# program.sh DIRECTORY NAME ID VERB KEEPER: has it restarted by the unit that starts
# it, or by the engine where none does, and looks all the time whether the service
# works, until it has done so for a second. The fault is over when that second
# began. What does not work again is held until the undo.
cd "$1" || exit 1
name=$2 id=$3 keeper=$5
choose || exit 1
through() { # it is another run of the container
	look && [ "$status" = running ] || return 1
	read -r old then <was
	[ "$started" != "$then" ]
}
case $keeper in
*' active') systemctl --no-block restart "${keeper% *}" || exit 1 ;;
*)
	key=$(sed -n 's/^Id=//p' before)
	engine restart "$key" >/dev/null 2>&1 &
	;;
esac
measure
ended "$name $gap" "$over"

# container_stop_undo.sh NAME ID: a stop that the engine was asked for comes to its
# end first, or it would end what is started.
tries=200
while case $(systemctl show "eris-$id-stop-$name" -p ActiveState --value) in active | activating | deactivating) true ;; *) false ;; esac do
	tries=$((tries - 1))
	if [ "$tries" = 0 ]; then
		echo "$name is still being stopped"
		exit 1
	fi
	sleep 0.1
done
systemctl reset-failed "eris-$id-stop-$name" 2>/dev/null

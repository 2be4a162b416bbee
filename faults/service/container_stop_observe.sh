# container_stop_observe.sh NAME ID: the container is down.
choose
look >/dev/null || exit 1
case $status in
exited | stopped) echo "$name is $status in $engine" ;;
*) exit 1 ;;
esac

# apart.sh FOLDER PROGRAM...: in a mount namespace of its own, forgets the disks of
# other labs and becomes the program. A container may keep whatever is mounted
# where it is started for as long as it runs: where the root of this machine
# cannot be pivoted, all of that stays beneath its own. What this machine unmounts later
# goes there, too, where its mounts are shared, as systemd has them.
own=$1
shift
while read -r device point rest; do
  case $device in eris-lab-*) ;; *) continue ;; esac
  case $point in
  "$own"/*) ;;
  */root) umount --lazy "$point" "${point%/root}/disk" 2>/dev/null || : ;;
  esac
done </proc/self/mounts
exec "$@"

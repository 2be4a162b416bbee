# detach_prepare.sh: keeps where the disk is, and how it is set.
set -e
cat /proc/sys/kernel/random/boot_id >booted
place >was
[ -s was ]
keep "$(cat was)" >kept
lasting booted was kept

# detach_prepare.sh: keeps where the disk is, and how it is set, for this boot.
set -e
read -r boot </proc/sys/kernel/random/boot_id
at=$(place)
keep "$at" >kept
echo "$at $boot" >was

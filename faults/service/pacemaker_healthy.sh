# pacemaker_healthy.sh RESOURCE ID ...: the cluster says that it runs, a clone here.
# What follows asks the service itself.
look || exit 1
if ! quorate; then
	echo "the cluster has no quorum: what it says may be taken back"
	exit 1
fi
if [ "$tag" = clone ] && [ -z "$at" ]; then
	echo "$name does not run on $here"
	exit 1
fi
if [ -z "$anywhere" ]; then
	echo "$name runs on no node"
	exit 1
fi
# What the cluster says is as old as its last look.
if [ -n "$at" ] && strikable >/dev/null && ! systemctl is-active --quiet "$unit"; then
	echo "$unit is $(systemctl is-active "$unit"), though Pacemaker has it here"
	exit 1
fi
# What there is only once went elsewhere, where its probe is not asked.
if [ "$tag" != clone ] && [ -z "$at" ]; then
	exit 0
fi

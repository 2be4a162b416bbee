# pacemaker_preflight.sh RESOURCE ID ...: may it be taken from this node, and would
# the cluster give it back?
wrong=0
look || exit 1
refuse() {
	echo "$*"
	wrong=1
}
option() { # option NAME: of the whole cluster
	echo "$cluster" | grep '<cluster_options ' | attribute "$1"
}
if ! quorate; then
	refuse "the cluster has no quorum, and does nothing that it is told"
fi
if [ "$(option maintenance-mode)" != false ] || [ "$(option stop-all-resources)" != false ]; then
	refuse "the cluster is in maintenance, or stops all resources: what Pacemaker is told has no effect"
fi
for state in standby standby_onfail maintenance pending unclean shutdown; do
	if [ "$(echo "$node" | attribute $state)" != false ]; then
		refuse "$here is not a working member of the cluster: $state is not false"
	fi
done
if [ "$(echo "$node" | attribute type)" = remote ]; then
	refuse "$here is a node of Pacemaker Remote, which is no member of the cluster: not yet supported"
fi
if [ "$(echo "$node" | attribute online)" != true ]; then
	refuse "$here is not online in the cluster"
fi
case $tag in
clone | primitive | group) ;;
*) refuse "$name is a $tag of Pacemaker, and only a clone, a primitive and a group can be kept off a node and given back" ;;
esac
for state in managed=false blocked=true failed=true disabled=true orphaned=true unique=true; do
	if echo "$resource" | grep -q " ${state%=*}=\"${state#*=}\""; then
		refuse "$name is $state in Pacemaker, at least in part: what it would do is not known"
	fi
done
if [ -z "$at" ]; then
	refuse "$name does not run on $here${anywhere:+, but elsewhere}"
fi
if [ "$tag" = clone ] && echo "$own" | grep -q '^      <meta_attributes' && echo "$own" | sed -n '/^      <meta_attributes/,/^      <\/meta_attributes/p' | grep -q -E ' name="clone-(node-)?max"'; then
	refuse "$name has a number of instances of its own (clone-max or clone-node-max): the one from here might go to another node and stay there"
fi
for rule in $(rules); do
	case $rule in
	eris-*) refuse "the constraint $rule is left of another fault; eris heal removes it" ;;
	"cli-ban-$name-on-$here") refuse "somebody has banned $name from $here already ($rule)" ;;
	esac
done

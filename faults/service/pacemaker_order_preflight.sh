# pacemaker_order_preflight.sh: a clone that has to start after the resource stops with
# it on every node, unless each instance waits for the one on its own node alone.
parts() { # parts TEXT: the ids by which a constraint may name what is in it
	echo "$1" | grep -E '^ *<(clone|master|group|primitive) ' | attribute id
}
orders=$(between constraints "$config" | grep '^    <rsc_order ' | grep -v -E ' (kind="(Optional|Serialize)"|score="0"|symmetrical="false")')
for clone in $(between resources "$config" | grep -E '^    <(clone|master) ' | attribute id); do
	if [ "$clone" = "$name" ]; then
		continue
	fi
	dependent=$(called=$(echo "$clone" | sed 's/[.]/[.]/g') && element "$(between resources "$config")")
	if [ "$tag" = clone ] && echo "$dependent" | sed -n '/^      <meta_attributes/,/^      <\/meta_attributes/p' | grep ' name="interleave"' | grep -q ' value="true"'; then
		continue
	fi
	for part in $(parts "$own"); do
		for after in $(parts "$dependent"); do
			for rule in $(echo "$orders" | grep -F " first=\"$part\"" | grep -F " then=\"$after\"" | attribute id); do
				refuse "$clone has to start after $name ($rule) and would stop with it on other nodes too, which the redundancy does not count"
			done
		done
	done
done

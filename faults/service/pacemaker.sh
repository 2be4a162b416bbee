# pacemaker.sh RESOURCE ID ...: what the cluster says of the resource, and where.
name=$1 id=$2
called=$(echo "$name" | sed 's/[.]/[.]/g')
attribute() { # attribute NAME: what it is in each element on stdin that has it
	sed -n "s/.* $1=\"\([^\"]*\)\".*/\1/p"
}
element() { # element TEXT: the resource in it, with all that it has, where no other has it
	first=$(echo "$1" | grep "^    <[a-z]*[^>]* id=\"$called\"" | head -n 1)
	case $first in
	'') ;;
	*/\>) echo "$first" ;;
	*) echo "$1" | sed -n "/^    <[a-z]*[^>]* id=\"$called\"/,/^    <\//p" ;;
	esac
}
between() { # between TAG TEXT
	echo "$2" | sed -n "/^  <$1>/,/^  <\/$1>/p"
}
instances() { # NODE ROLE FAILED, a line each that is on a node
	echo "$resource" | while read -r line; do
		case $line in
		'<resource '*) of="$(echo "$line" | attribute role) $(echo "$line" | attribute failed)" ;;
		'<node '*) echo "$(echo "$line" | attribute name) $of" ;;
		esac
	done
}
runs() { # what of it runs on stdin's instances, a role each
	grep -E ' (Started|Promoted|Unpromoted|Master|Slave) false$' | cut -d ' ' -f 2 | sort -u | tr '\n' ' '
}
look() { # sets here, cluster, node, resource, tag, config, own, at and anywhere, or says that it cannot
	if ! here=$(crm_node -n 2>/dev/null) || [ -z "$here" ] || ! cluster=$(crm_mon --one-shot --output-as=xml 2>/dev/null) ||
		! config=$(cibadmin --query --scope configuration 2>/dev/null); then
		echo "Pacemaker does not answer here"
		return 1
	fi
	node=$(between nodes "$cluster" | grep -F "<node name=\"$here\" ")
	if [ -z "$node" ]; then
		echo "Pacemaker does not know the node $here, which this is to be"
		return 1
	fi
	resource=$(element "$(between resources "$cluster")")
	own=$(element "$(between resources "$config")")
	if [ -z "$resource" ] || [ -z "$own" ]; then
		echo "Pacemaker has no resource $name, or only as a part of another: the inventory has to name the clone or the group"
		return 1
	fi
	tag=$(echo "$own" | head -n 1 | sed 's/^ *<\([a-z]*\).*/\1/')
	at=$(instances | grep "^$here " | runs)
	at=${at% } anywhere=$(instances | runs)
	anywhere=${anywhere% }
}
quorate() { # this part of the cluster decides; what another does may be taken back
	[ "$(echo "$cluster" | grep '<current_dc ' | attribute with_quorum)" = true ]
}
rules() { # the constraints that say where it may be, sorted, without those of faults on other nodes
	between constraints "$config" | grep '^    <rsc_location ' | grep " rsc=\"$called\"" | attribute id | sort | while read -r rule; do
		case $rule in
		eris-*-ban-on-"$here") echo "$rule" ;;
		eris-*-ban-on-*) ;;
		*) echo "$rule" ;;
		esac
	done
}
failures() { # how often its parts have failed here, or nothing
	parts=$(echo "$resource" | grep '<resource ' | attribute id | sort -u)
	history=$(echo "$cluster" | sed -n '/^  <node_history>/,/^  <\/node_history>/p' | sed -n "/^    <node name=\"$here\">/,/^    <\/node>/p")
	for part in $parts; do
		echo "$history" | grep -F "<resource_history id=\"$part\" " | attribute fail-count | sed "s/^/$part /"
	done
}
before() { # before KEY: what the fingerprint had under that key before the fault
	sed -n "s/^$1=//p" before 2>/dev/null
}

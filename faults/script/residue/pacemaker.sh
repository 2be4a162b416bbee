# Constraints of Pacemaker, which are the whole cluster's: a node tells of those that
# keep something off itself, and of those that are for a node which is not there to
# tell. Where the cluster does not answer nobody can say what it has. One too old to
# say in XML who is there is asked that only where it has a constraint of ours.
if command -v cibadmin >/dev/null 2>&1 && systemctl is-active --quiet pacemaker.service; then
	answers=yes
	config=$(cibadmin --query --scope configuration 2>/dev/null) || answers=no
	rules=$(echo "$config" | grep '<rsc_location ' | sed -n 's/.* id="\(eris-[^"]*-ban-on-[^"]*\)".*/\1/p' | while read -r rule; do
		if carries "$rule"; then
			echo "$rule"
		fi
	done)
	if [ -n "$rules" ]; then
		own=$(crm_node -n 2>/dev/null) && cluster=$(crm_mon --one-shot --output-as=xml 2>/dev/null) || answers=no
	fi
	if [ "$answers" = no ]; then
		here "eris-pacemaker" "what Pacemaker may have, which does not answer" false
		rules=
	fi
	for rule in $rules; do
		of=${rule##*-ban-on-}
		if [ "$of" != "$own" ] && echo "$cluster" | grep -F "<node name=\"$of\" " | grep -q ' online="true"'; then
			continue
		fi
		found "$rule" "constraint $rule of Pacemaker" "cibadmin --delete --xpath $(quote "//rsc_location[@id='$rule']")"
	done
fi

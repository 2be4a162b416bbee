# What a guest's script takes faults through their steps with, which are in /steps/NAME;
# an argument of theirs is a line of args.
export ERIS_TOUCHED=yes

step() { # step NAME STEP, in this folder
	set -- "/steps/$1" "$2"
	dir=$1 step=$2
	set --
	while IFS= read -r argument; do
		set -- "$@" "$argument"
	done <"$dir/args"
	sh "$dir/$step" "$@" 2>&1
}

results() { # results NAME STEP...: takes them one by one in the fault's folder, and says how each ended
	fault=$1
	shift
	mkdir -p "/run/eris/$fault" "/var/lib/eris/$fault"
	cd "/run/eris/$fault" || exit 1
	for name in "$@"; do
		if said=$(step "$fault" "$name"); then
			echo "$fault $name ok: $(echo "$said" | tr '\n' ',')"
		else
			echo "$fault $name failed: $(echo "$said" | tr '\n' ',')"
		fi
	done
	cd / || exit 1
}

# needed_preflight.sh: is it, by another name, a file that the undo, the node or who
# logs in to it needs? Those may be links to it, and sshd may be told to read it. The
# paths are those of needed.go.
homes=$(cut -d : -f 6 /etc/passwd 2>/dev/null | sort -u)

configured() { # the files of configuration that an sshd runs with
	echo /etc/ssh/sshd_config
	for process in /proc/[0-9]*; do
		program=
		{ read -r program <"$process/comm"; } 2>/dev/null || continue
		if [ "$program" = sshd ]; then
			tr '\0' ' ' <"$process/cmdline" 2>/dev/null | sed -n 's/.* -f *\([^ ]*\).*/\1/p'
		fi
	done
}

told() { # told CONFIGURATION: what that has sshd read, with a star for the account
	sed -n 's/^[[:space:]]*[Ii]nclude[[:space:]=]*//p' "$1" 2>/dev/null | while read -r names; do
		for name in $names; do
			case $name in
			/*) echo "$name" ;;
			*) echo "/etc/ssh/$name" ;;
			esac
		done
	done
	timeout 5 /usr/sbin/sshd -T -f "$1" 2>/dev/null | while read -r key names; do
		case $key in
		hostkey | hostcertificate | trustedusercakeys | revokedkeys | authorizedkeysfile | authorizedprincipalsfile | authorizedkeyscommand | authorizedprincipalscommand | forcecommand | banner) ;;
		*) continue ;;
		esac
		for name in $names; do
			case $name in
			/*) echo "$name" ;;
			none | %[!h]*) ;;
			*) for home in $homes; do echo "${home%/}/${name#%h/}"; done ;;
			esac
		done
	done | sed 's/%u/*/g'
}

known() { # every name that is needed, as a pattern
	for name in $needed; do
		echo "$name $name/* $name/*/*"
	done
	for home in $homes; do
		echo "${home%/}/.ssh/*"
	done
	for program in sh sudo sshd systemctl systemd-run flock; do
		command -v "$program" || :
	done
	for file in $(configured | sort -u); do
		echo "$file"
		told "$file"
	done
}

number=$(stat -L -c %d:%i "$path")
stat -L -c '%d:%i %n' $(known) 2>/dev/null | grep "^$number " | head -n 1 | (
	while read -r number name; do
		if [ "$name" = "$path" ]; then
			name="sshd reads"
		else
			name="$name is"
		fi
		echo "$path is what $name, without which the fault could not be undone or the node not be reached"
		exit 1
	done
) || exit 1

# galera.sh UNIT: what the steps share.
unit=$1

query() {
	timeout 5 mysql --connect-timeout=4 -N -e "$1"
}

desync() { # ON or OFF, nothing where the database does not answer
	query "SHOW GLOBAL VARIABLES LIKE 'wsrep_desync'" 2>/dev/null | cut -f 2
}

status() {
	query "SHOW GLOBAL STATUS LIKE '$1'" 2>/dev/null | cut -f 2
}


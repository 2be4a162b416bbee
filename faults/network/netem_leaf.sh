# said LINK WORDS: what tc is told of netem. Its own limit of 1000 packets would
# lose some of a fast link that are only to be late.
said() {
	echo "netem limit 100000 $2"
}

# can WORDS: tc has the table of the distribution, where one is asked for.
can() {
	case $1 in
	*' distribution '*) ;;
	*) return 0 ;;
	esac
	for table in "/usr/lib/tc/${1##* }.dist" "/usr/lib64/tc/${1##* }.dist" "/usr/lib/"*"/tc/${1##* }.dist" "/usr/share/tc/${1##* }.dist"; do
		if [ -e "$table" ]; then
			return 0
		fi
	done
	echo "tc of this node has no table of the distribution ${1##* }"
	return 1
}


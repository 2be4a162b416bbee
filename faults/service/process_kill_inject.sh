# process_kill_inject.sh NAME ID START SIGNAL KEEP: all of them, which stand still
# first, so that none makes another one meanwhile.
set -eu
signal=$4
if [ -e killed ]; then
	exit 0
fi
if [ ! -e killing ]; then
	armed
fi
: >killing
stand killing
tell "$signal" killing
if [ "$signal" != KILL ]; then
	tell CONT killing # a process that stands still takes no other signal
fi
sort -u killing >killed

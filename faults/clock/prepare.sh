# prepare.sh: records how the clock stands. After a reboot /run has no record,
# and that of another boot would say nothing.
ahead >clock.ahead

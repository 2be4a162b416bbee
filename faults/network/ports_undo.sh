# ports_undo.sh ID ...: ends the unit, with which its ports are free.
gone "eris-$1-ports.service" || exit 1
rm -f program.sh ended ended.new ports.py open-tcp open-tcp.new open-udp open-udp.new said

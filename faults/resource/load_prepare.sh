# load_prepare.sh: lays the program of the unit.
set -eu

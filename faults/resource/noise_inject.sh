# noise_inject.sh: a pair is two programs and the shell that began it.
set -eu
tasks=$((programs * 3 + 8))

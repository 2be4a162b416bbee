# mapper_prepare.sh: keeps the table that it has.
set -e
live >was
[ -s was ]

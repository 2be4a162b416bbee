# queue_prepare.sh ID NAME PREFIX FILTERS OTHERS ATTEMPTS WHAT KIND WORDS: lays what tc is to
# be told, and notes how soon those who are tried answer now.
set -eu
link=$(named "$2" "$3")
words=$(said "$link" "$9")
commands "$link" "$1" "$4" "$words" >queue.commands
knocks 1 1 "$link" $6 >queue.before
echo "$link" >queue.link

rm -f usual usual.new

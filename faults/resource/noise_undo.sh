rm -f to.* fro.*

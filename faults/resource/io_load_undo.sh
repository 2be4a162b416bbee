rm -rf "$4/eris-$id-load-io"

// Command eris breaks an OpenStack cloud on purpose, under load, inside the
// redundancy that its operator declared, and says with numbers whether the
// cloud kept its promises.
//
// Rules of its terminal: results go to stdout, everything else to stderr;
// errors begin with "eris: ", in lower case, with a hint on the next line;
// colour only on a terminal.
package main

import (
	"context"
	"os"
)

func main() {
	ctx, stop := interruptible(context.Background())
	code := execute(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

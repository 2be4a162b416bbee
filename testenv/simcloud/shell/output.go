package shell

import (
	"io"
	"os"
	"reflect"
	"sync"
)

// output is a writer that the programs of a script share. The two ends of a
// pipeline write at the same time; as with a file descriptor, each write is
// whole and none meets another.
type output struct {
	mu sync.Mutex
	w  io.Writer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(p)
}

// outputs are what a script's programs may share in the place of its standard
// output and standard error, which may be one writer.
func outputs(stdout, stderr io.Writer) (sharedOut, sharedErr io.Writer) {
	sharedOut = shared(stdout)
	if reflect.ValueOf(stdout).Comparable() && stdout == stderr {
		return sharedOut, sharedOut
	}
	return sharedOut, shared(stderr)
}

func shared(w io.Writer) io.Writer {
	switch w.(type) {
	case *os.File, *output: // it may be already
		return w
	}
	return &output{w: w}
}

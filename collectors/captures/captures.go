// Package captures keeps what a node had or did around a moment, in a file of the run's
// record: lines of its logs, packets, where the threads of services waited. One file a kind.
//
// A capture is bounded in time and in bytes on the node itself, and ends with its session: it
// leaves no file and no process there, whatever becomes of Eris.
package captures

import (
	"io"
	"sync"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

// What a capture may ask for at most. They bound what a run costs a cloud, and its record.
const (
	DefaultFor = 10 * time.Second // how long one lasts that does not say
	MostFor    = time.Minute
	MostBefore = 10 * time.Minute // of what a node keeps anyhow
	MostBytes  = 64 << 20         // of a file, of a kind without a lower limit
	MostNodes  = 16               // of one capture
	MostFiles  = 64               // of a run
	MostOfRun  = 512 << 20        // bytes of all of them
)

// Capture is one kind of capture with its arguments filled in.
type Capture interface {
	// Form tells of its files, and what it needs on a node.
	Form() Form
	// Check is a script that reads only, and prints, a sentence a line, why nothing can be
	// captured on a node with those services.
	Check(services []*inventory.Service) string
	// Script prints what is captured: lines that begin with "> " are for the Sifter, one
	// that is "end", with words that are for it, too, is the last of one that went to its
	// end, and "failed WHY" says that there is nothing. It runs as root.
	Script(services []*inventory.Service, w Window) string
	// Sift returns who makes the file of that.
	Sift(w Window, file io.Writer) Sifter
}

// Form is what is the same of all captures of a kind.
type Form struct {
	Ext   string         // the end of the file's name, with its dot
	Most  document.Bytes // that the file may have where the scenario does not say
	Limit document.Bytes // of what a scenario may say of that
	Tools []string       // the programs that it runs on a node, beside sh and what coreutils has
}

// Past is a capture of what nodes keep anyhow: it may ask for what was before its moment, and
// is made when its time is over, also of a node that was away meanwhile.
type Past interface{ Past() }

// Revealing is a capture that may hold what is secret; Reveals says so for the plan, and is
// empty where nobody has to be warned.
type Revealing interface{ Reveals() string }

// Window is what a capture is to have.
type Window struct {
	Before time.Duration // the moment, of a Past; whole seconds
	For    time.Duration // from the moment on; whole seconds
	Moment time.Time     // the moment, of a Past; with the reading of a monotonic clock
	Most   int64         // bytes of the file
	// Turn is held, of a Past, while what was read is worked on, which takes the processor:
	// loads and measurement are beside it. Captures of a run share it; nil is one of its own.
	Turn *sync.Mutex
}

// Sifter makes a file of what a script prints.
type Sifter interface {
	// Line takes a line without its "> ". It writes nothing but whole packets or lines, and
	// an error ends the capture: errFull where the file has no room.
	Line(text string) error
	// Close writes what is still to be written, and says what the file has, and why
	// something is missing in it; end are the words of the script's end.
	Close(end string) (has, cut string, err error)
}

// Catalogue returns all kinds of capture.
func Catalogue() *document.Kinds[Capture] {
	var kinds document.Kinds[Capture]
	kinds.Add(document.Kind[Capture]{
		Name: "logs", Summary: "Keeps what journals and log files of services have from before the moment until after it.",
		New: func() Capture { return &Logs{} },
	})
	kinds.Add(document.Kind[Capture]{
		Name: "packets", Summary: "Keeps packets from the moment on, by tcpdump, for Wireshark and the like.",
		New: func() Capture { return NewPackets() },
	})
	kinds.Add(document.Kind[Capture]{
		Name: "profile", Summary: "Samples from the moment on where in the kernel the threads of services are, as folded stacks.",
		New: func() Capture { return NewProfile() },
	})
	return &kinds
}

// quietly has a script cost the node's own work as little as can be.
const quietly = "export LC_ALL=C\nrenice -n 19 -p $$ >/dev/null 2>&1\nionice -c 3 -p $$ >/dev/null 2>&1\n"

// seconds are whole ones, and no less than was asked for.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

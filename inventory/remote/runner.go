// Package remote is how a node is reached: pooled SSH connections with
// verified host keys, an optional jump host, sudo, and one batched script a
// step. It is the only place that knows SSH, but for the workload ssh.login.
package remote

import (
	"context"
	"errors"
	"time"
)

// State says what is known of a command after it was asked for.
type State int

// The states of a command. Unknown is a result in its own right: the command
// was handed to the node and its end was not seen, so it may have run.
const (
	NotStarted State = iota // it certainly did not run (no connection, refused key)
	Done                    // it ran to its end; Exit holds its status
	Unknown                 // it was dispatched and its end was not seen
)

// String is the word used in journals and reports.
func (s State) String() string {
	return [...]string{"not_started", "done", "unknown"}[s]
}

// Command is one batched step: a POSIX sh script with positional arguments.
type Command struct {
	Script    string        // the text that `sh` reads
	Args      []string      // $1, $2, …; quoted by the runner
	Stdin     []byte        // for the script's `cat`; the script itself does not travel on it
	Root      bool          // through sudo where the node's SSH user is not root
	Timeout   time.Duration // 0 means 10 s; after it the state is Unknown
	MaxOutput int           // bytes kept of each stream; 0 means 64 KiB
}

// Result is what is known of a command afterwards.
type Result struct {
	State     State
	Exit      int // meaningful when State is Done
	Stdout    []byte
	Stderr    []byte
	Truncated bool          // a stream was longer than MaxOutput
	Took      time.Duration // dispatch to end
	Err       error         // why it is not Done; nil when Done, whatever Exit is
}

// OK reports that the command ran to its end with status 0.
func (r Result) OK() bool { return r.State == Done && r.Exit == 0 }

// Runner runs commands on nodes, by the node's inventory name. It is safe for
// concurrent use and queues what exceeds a node's session limit.
type Runner interface {
	Run(ctx context.Context, node string, cmd Command) Result
}

// Streamer is a Runner that can keep a command running and hand over what it
// prints line by line until ctx ends. Collectors use it for their remote loops.
type Streamer interface {
	Stream(ctx context.Context, node string, cmd Command, line func(string)) error
}

// Stander is a Runner that can start a command on its node and have it wait
// there for its stdin, so that all that is left to do later is to hand that over.
type Stander interface {
	// Stand returns when the command has printed a line. It never waits for a
	// free session, and is nil where nothing stands by.
	Stand(ctx context.Context, node string, cmd Command) Standing
}

// Standing is a command that stands by. It is for one goroutine, and for one use.
type Standing interface {
	// Tell hands over stdin and its end, and waits for the end of the command as
	// Run does. It is false when that had ended before anything was handed over.
	Tell(ctx context.Context, stdin []byte, timeout time.Duration) (Result, bool)
	// Close ends what it has on this side; the command reads the end of its stdin.
	Close()
}

// The causes of a NotStarted result that preflight names to the operator.
var (
	ErrHostKey     = errors.New("host key does not match known_hosts")
	ErrAuth        = errors.New("key refused by the node")
	ErrUnreachable = errors.New("node is unreachable")
)

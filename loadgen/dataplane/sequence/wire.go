package sequence

import (
	"errors"
	"fmt"
	"time"
)

// Wire is what texts go by to an echo service and back, all by one socket, so that the
// network sees one flow.
type Wire interface {
	// Send sends the text that has this number. An error need not be of this one: the
	// kernel may say then what it was told of an earlier one.
	Send(number uint64, text []byte) error
	// Receive waits for what comes back; it is nil where something came that is no
	// echo. An error but net.ErrClosed and io.EOF is what the kernel was told of one that
	// was sent.
	Receive(into []byte) (text []byte, err error)
	// Quotes gives what the kernel was told since it was asked last of what was sent;
	// known is false where it does not say of which.
	Quotes() (all []Quote, known bool)
	// Close ends a Receive.
	Close() error
}

// Quote is something that was sent, as far as it was quoted, and what was said of it.
type Quote struct {
	Text   []byte  // as it was given to Send, perhaps cut short
	Header *Header // of the wire's own, by which it is known where Text is too short
	Err    error
}

// Header is what a wire puts before a text, where that tells of which it is.
type Header struct {
	Low uint16 // the last 16 bits of the number
	// Fits says whether it is the header of this one.
	Fits func(number uint64, text []byte) bool
}

// Args are the arguments that such probes share.
type Args struct {
	Bytes int           `yaml:"bytes" help:"length of what is sent in a datagram, 24 to 65507; more than the network's MTU is sent in fragments"`
	Wait  time.Duration `yaml:"wait" help:"after which a datagram is lost, from 1ms on"`
}

// NewArgs has the defaults.
func NewArgs() Args { return Args{Bytes: 64, Wait: time.Second} }

const (
	head = 24    // bytes: whose it is, and its number
	most = 65507 // bytes that a datagram of IPv4 can carry
)

// Validate says what is wrong with the arguments.
func (a *Args) Validate() error {
	var errs []error
	if a.Bytes < head || a.Bytes > most {
		errs = append(errs, fmt.Errorf("bytes: %d is not between %d and %d", a.Bytes, head, most))
	}
	if a.Wait < time.Millisecond {
		errs = append(errs, fmt.Errorf("wait: %s is less than 1ms", a.Wait))
	}
	return errors.Join(errs...)
}

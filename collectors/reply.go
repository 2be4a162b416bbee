package collectors

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// replyBound is how long a service may keep its answer back.
const replyBound = 3 * time.Second

// The first words of a line of a collector that asks one service of a node.
// After failed stands why nothing can be read, after up what was read.
const (
	replyNone   = "none"   // the node does not run it
	replyDown   = "down"   // it does not answer
	replyUp     = "up"     // it answered
	replyFailed = "failed" // it cannot be asked
)

// sought is the service of a node that a collector asks: that of the name, or
// where it was given none the first with a usual one; nil where the node runs
// none.
func sought(services []*inventory.Service, name string, usual ...string) *inventory.Service {
	if name != "" {
		usual = []string{name}
	}
	for _, service := range services {
		if slices.Contains(usual, service.Name) {
			return service
		}
	}
	return nil
}

// seriesOf is the one series of each signal of a node that runs a service, and
// none of a node that does not.
func seriesOf(service *inventory.Service) []map[string]string {
	if service == nil {
		return nil
	}
	return []map[string]string{{}}
}

// slowestReply is how long a sweep of a node may take that runs a service.
func slowestReply(service *inventory.Service) time.Duration {
	if service == nil {
		return 0
	}
	return replyBound
}

// nothing is the loop of a node that does not run what is asked for.
func nothing(every time.Duration) string { return Loop("", "line="+replyNone, every) }

// reply reads how a line begins, and the words after it.
func reply(kind, line string) (state string, words []string, err error) {
	words = strings.Fields(line)
	if len(words) == 0 {
		return "", nil, fmt.Errorf("parse %s: the line is empty", kind)
	}
	state, words = words[0], words[1:]
	switch state {
	case replyNone, replyDown:
		if len(words) == 0 {
			return state, nil, nil
		}
	case replyUp:
		return state, words, nil
	case replyFailed:
		return "", nil, fmt.Errorf("read %s: %s", kind, strings.Join(words, " "))
	}
	return "", nil, fmt.Errorf("parse %s: %q is no line of this collector", kind, line)
}

// flag is 1 for yes and 0 for no.
func flag(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// plain is the reading of a value that is a number; none where it is not there.
func plain(signal string, values map[string]string, name string) ([]record.Reading, error) {
	text, ok := values[name]
	if !ok {
		return nil, nil
	}
	value, err := number(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return []record.Reading{{Signal: signal, Value: value}}, nil
}

package openstack

import (
	"fmt"
	"sync"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// AtOnce puts questions about one resource at the same moment, each on a
// connection of its own, and returns the answers in their order.
func AtOnce(n int, ask func(n int) gophercloud.Result) []gophercloud.Result {
	answers := make([]gophercloud.Result, n)
	var begin, asked sync.WaitGroup
	begin.Add(1)
	for i := range answers {
		asked.Go(func() {
			begin.Wait()
			answers[i] = ask(i)
		})
	}
	begin.Done()
	asked.Wait()
	return answers
}

// Agreed is the outcome of questions that were put at once: that of the first that
// failed for another reason than that somebody was before it. That all were refused
// for that is a conflict; taken are the numbers of those that were not refused.
func Agreed(answers []gophercloud.Result) (taken []int, o loadgen.Outcome) {
	var conflict loadgen.Outcome
	for n, answer := range answers {
		switch one := Ended(answer); one.Class {
		case record.OK:
			taken = append(taken, n)
			if o.RequestID == "" {
				o.RequestID = one.RequestID
			}
		case record.Conflict:
			conflict = one
		default:
			return taken, one
		}
	}
	if len(taken) == 0 {
		conflict.Err = fmt.Errorf("all %d that came at once were refused: %w", len(answers), conflict.Err)
		return nil, conflict
	}
	return taken, o
}

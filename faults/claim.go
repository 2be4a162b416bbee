package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory/remote"
)

// ClaimedError says that another run has a node. Its claim ends by itself when
// it is not renewed.
type ClaimedError struct {
	Node  string
	Run   string
	Owner string        // user@host
	Left  time.Duration // until the claim ends, if it is not renewed
}

// Error names the owner.
func (e *ClaimedError) Error() string {
	return fmt.Sprintf("%s is in use by %s (run %s); free in %s unless renewed", e.Node, e.Owner, e.Run, e.Left.Round(time.Second))
}

// Claim writes on every reachable node whose run this is, for one lease. When
// one is another run's, all are given back and the error is a *ClaimedError; it is
// ErrHalted when one was halted.
// Nodes that cannot be reached are left out; preflight names them if they are
// targets.
func (l *Lifecycle) Claim(ctx context.Context, nodes []string, lease time.Duration) error {
	wrong := make([]error, len(nodes))
	var group sync.WaitGroup
	for n, node := range nodes {
		group.Go(func() { wrong[n] = l.claim(ctx, node, lease) })
	}
	group.Wait()
	l.mu.Lock()
	l.claimed, l.lease = nodes, lease
	l.mu.Unlock()
	for _, err := range wrong {
		if err != nil {
			l.Release(ctx)
			return fmt.Errorf("claim nodes: %w", err)
		}
	}
	return nil
}

// KeepClaim renews the claim each third of a lease until ctx ends, on each node
// by itself, so that a dead one holds up no other. A run that hears of trouble is to
// end: an ErrHalted where an operator halted a node, a *ClaimedError where another
// run has taken one, which can be only after the claim had ended there, and any other
// error where a node that answers could not write the claim for a whole lease. Each
// time that is so trouble is called, from the goroutine of that node. The claim is
// kept all the same, on every node: what the run has done is yet to be undone.
func (l *Lifecycle) KeepClaim(ctx context.Context, lease time.Duration, trouble func(error)) {
	l.mu.Lock()
	nodes := l.claimed
	l.mu.Unlock()
	var group sync.WaitGroup
	for _, node := range nodes {
		group.Go(func() { l.keepClaim(ctx, node, lease, trouble) })
	}
	group.Wait()
}

func (l *Lifecycle) keepClaim(ctx context.Context, node string, lease time.Duration, trouble func(error)) {
	every := lease / 3
	well := l.deps.Clock.Now() // when it was asked last without trouble
	for next := well + every; pause(ctx, next-l.deps.Clock.Now()) == nil; next += every {
		next = max(next, l.deps.Clock.Now())
		asked := l.deps.Clock.Now()
		bounded, cancel := context.WithTimeout(ctx, every)
		err := l.claim(bounded, node, lease)
		cancel()
		switch claimed := (*ClaimedError)(nil); {
		case err == nil:
			well = asked
		case ctx.Err() != nil:
		case errors.Is(err, ErrHalted):
			well = asked
			trouble(err)
		case errors.As(err, &claimed), l.deps.Clock.Now()-well >= lease:
			trouble(fmt.Errorf("renew claim: %w", err))
		}
	}
}

// haltWithin bounds asking all nodes for a halt: one that is away cannot tell.
const haltWithin = 2 * time.Second

// halted asks all nodes that are claimed for a halt, of which the nodes that a
// fault is kept for from elsewhere may be unable to tell.
func (l *Lifecycle) halted(ctx context.Context) error {
	l.mu.Lock()
	nodes, lease := l.claimed, l.lease
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, haltWithin)
	defer cancel()
	wrong := make([]error, len(nodes))
	var group sync.WaitGroup
	for n, node := range nodes {
		group.Go(func() { wrong[n] = l.claim(ctx, node, lease) })
	}
	group.Wait()
	for _, err := range wrong {
		if errors.Is(err, ErrHalted) {
			return err
		}
	}
	return nil
}

// Release gives the nodes back. What cannot be reached is free when the lease
// has ended.
func (l *Lifecycle) Release(ctx context.Context) {
	l.mu.Lock()
	nodes := l.claimed
	l.claimed = nil
	l.mu.Unlock()
	var group sync.WaitGroup
	for _, node := range nodes {
		group.Go(func() { _ = l.claim(ctx, node, 0) })
	}
	group.Wait()
}

func (l *Lifecycle) claim(ctx context.Context, node string, lease time.Duration) error {
	result := l.deps.Runner.Run(ctx, node, remote.Command{
		Script: script.Claim(), Args: []string{l.run.ID, milliseconds(lease), l.run.Owner}, Root: true,
	})
	if result.State != remote.Done {
		return nil // not reachable: nothing can be injected there either
	}
	a := parse(result.Stdout)
	if value, taken := a.get("claimed"); taken {
		return parseClaim(node, value)
	}
	if reason, is := a.get("halted"); is && lease > 0 {
		return fmt.Errorf("%w on %s: %s; eris heal ends the halt", ErrHalted, node, reason)
	}
	if !a.has("ours") && !a.has("released") {
		return fmt.Errorf("%s: the claim was not written: %s", node, why(result))
	}
	return nil
}

// parseClaim reads "RUN LEFT_MS OWNER".
func parseClaim(node, value string) *ClaimedError {
	claimed := &ClaimedError{Node: node}
	if fields := strings.SplitN(value, " ", 3); len(fields) == 3 {
		left, err := strconv.ParseInt(fields[1], 10, 64)
		if err == nil {
			claimed.Run, claimed.Left, claimed.Owner = fields[0], time.Duration(left)*time.Millisecond, fields[2]
		}
	}
	return claimed
}

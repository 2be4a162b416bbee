package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	defaultPatience = 30 * time.Second
	recoverTimeout  = 5 * time.Minute // of one script: a node may have to fetch everything from another
)

// recoverClusters brings every cluster back of which all nodes run and none
// works, as after a power loss of everything: role after role, since one may
// stand on another. A cluster of which a node is off is left alone: that node
// may be the one that knows the latest.
func recoverClusters(ctx context.Context, o Options, r *renderer) error {
	p := o.paths()
	on, err := nodesOn(p, r.profile)
	if err != nil {
		return err
	}
	for _, part := range r.profile.order {
		members := r.profile.nodesWith(part)
		off := slices.ContainsFunc(members, func(n NodeSpec) bool { return !on[n.Name] })
		if r.profile.parts[part].Recover == nil || off {
			continue
		}
		// nodes that are switched on at the same time find each other here
		unlock, err := lockIn(ctx, filepath.Join(p.dir, "recover.lock"), func() {})
		if err != nil {
			return err
		}
		c := &cluster{part: part, members: members, hook: *r.profile.parts[part].Recover, begun: filepath.Join(p.dir, "recover-"+part+".begun"), ask: func(ctx context.Context, n NodeSpec, script string) (string, error) {
			text, err := r.text(part, n, "recover", script)
			if err != nil {
				return "", err
			}
			return onNode(ctx, p, n.Name, string(text))
		}}
		err = c.bringBack(ctx, o.about(part))
		unlock()
		if err != nil {
			return withJournals(ctx, p, r.profile, err, r.profile.everywhere(part), journalsShown)
		}
	}
	return nil
}

// cluster is one role's nodes and how they are asked.
type cluster struct {
	part    string
	members []NodeSpec
	hook    Recovery
	begun   string // a file that is there from before its members are stopped until all have joined
	ask     func(ctx context.Context, n NodeSpec, script string) (string, error)
}

// bringBack gives the cluster time to find itself as long as there is hope,
// and starts it anew from the latest state when it has not. What an earlier one began,
// that was cut off once the cluster was founded, it brings to its end.
func (c *cluster) bringBack(ctx context.Context, tell func(detail string)) error {
	_, err := os.Stat(c.begun)
	cutOff := err == nil
	whole, err := c.find(ctx, tell)
	switch {
	case err != nil:
		return err
	case !whole:
		if err := os.WriteFile(c.begun, nil, 0o600); err != nil {
			return fmt.Errorf("recover %s: %w", c.part, err)
		}
		err = c.startAnew(ctx, tell)
	case cutOff:
		err = c.finish(ctx, tell)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return os.Remove(c.begun)
}

// find waits while there is hope until a node belongs to a working cluster. Where none will,
// it says so, and that all is to be started anew.
func (c *cluster) find(ctx context.Context, tell func(detail string)) (whole bool, err error) {
	patience := c.hook.Patience
	if patience == 0 {
		patience = defaultPatience
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	errHopeless := errors.New("hopeless")
	var verdict error
	var silent []string
	n, what := newNews(tell), c.part+" to find itself"
	err = poll(waiting, what, 500*time.Millisecond, func() error {
		var intact, hope bool
		if intact, silent = c.any(ctx, c.hook.Intact, c.members...); intact {
			return nil
		}
		if c.hook.Hope != "" {
			var unasked []string
			hope, unasked = c.any(ctx, c.hook.Hope, c.members...)
			hope = hope || len(unasked) > 0
		}
		if !hope && len(silent) == 0 {
			verdict = errHopeless
			return nil
		}
		err := errors.New("no node belongs to a working cluster")
		n.still(what, err)
		return err
	})
	if err != nil && ctx.Err() == nil { // a round of questions takes long on a busy machine: what is stopped is asked once more
		var intact bool
		if intact, silent = c.any(ctx, c.hook.Intact, c.members...); intact {
			return true, nil
		}
	}
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err == nil && verdict == nil:
		return true, nil
	case len(silent) > 0:
		return false, fmt.Errorf("recover %s: %s did not answer whether it belongs to a working cluster, and so nothing is stopped and started anew; try again when it answers, or take its power away",
			c.part, strings.Join(silent, " and "))
	case err != nil:
		tell(fmt.Sprintf("its nodes did not find one another within %s; starting it anew from the latest state", patience))
	default:
		tell("its nodes cannot find one another by themselves; starting it anew from the latest state")
	}
	return false, nil
}

// askedMost bounds how long a node may take to say whether it is well.
const askedMost = 5 * time.Second

// any tells whether a script succeeds on at least one of the nodes; where it does on none,
// silent are those that did not answer in time, of which nothing is known.
func (c *cluster) any(ctx context.Context, script string, nodes ...NodeSpec) (yes bool, silent []string) {
	for _, n := range nodes {
		limited, cancel := context.WithTimeout(ctx, askedMost)
		_, err := c.ask(limited, n, script)
		late := limited.Err() != nil
		cancel()
		switch {
		case err == nil:
			return true, nil
		case late:
			silent = append(silent, n.Name)
		}
	}
	return false, silent
}

// answer is what a node says to one of the long scripts.
func (c *cluster) answer(ctx context.Context, n NodeSpec, tell func(detail string), what, script string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, recoverTimeout)
	defer cancel()
	var answer string
	err := withNews(tell, what+" on "+n.Name, func(io.Writer) (err error) {
		answer, err = c.ask(ctx, n, script)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("recover %s on %s: %s: %w", c.part, n.Name, what, err)
	}
	return answer, nil
}

// startAnew asks every node how late its state is, founds the cluster on the
// one with the latest, the first of equals, and joins the others to it.
func (c *cluster) startAnew(ctx context.Context, tell func(detail string)) error {
	ranks := make([]int64, len(c.members))
	group, groupCtx := errgroup.WithContext(ctx)
	for i, n := range c.members {
		group.Go(func() error {
			answer, err := c.answer(groupCtx, n, tell, "rank", c.hook.Rank)
			if err != nil {
				return err
			}
			if ranks[i], err = strconv.ParseInt(answer, 10, 64); err != nil {
				return fmt.Errorf("recover %s on %s: rank: %w", c.part, n.Name, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	latest := slices.Index(ranks, slices.Max(ranks))
	first := c.members[latest]
	told := make([]string, len(ranks))
	for i, rank := range ranks {
		told[i] = fmt.Sprintf("%s %d", c.members[i].Name, rank)
	}
	tell(fmt.Sprintf("founded on %s (ranks: %s)", first.Name, strings.Join(told, ", ")))
	if _, err := c.answer(ctx, first, tell, "found", c.hook.Found); err != nil {
		return err
	}
	return c.join(ctx, tell, slices.Delete(slices.Clone(c.members), latest, latest+1))
}

// finish joins whoever does not belong to the cluster that works, since the recovery that
// founded it was cut off before they had joined.
func (c *cluster) finish(ctx context.Context, tell func(detail string)) error {
	var apart []NodeSpec
	for _, n := range c.members {
		in, silent := c.any(ctx, c.hook.Intact, n)
		if len(silent) > 0 {
			return fmt.Errorf("recover %s: %s did not answer whether it belongs to the cluster; try again when it does", c.part, n.Name)
		}
		if !in {
			apart = append(apart, n)
		}
	}
	if len(apart) > 0 {
		tell("the recovery that founded it was cut off before all had joined")
	}
	return c.join(ctx, tell, apart)
}

// join joins nodes to the cluster, one after another.
func (c *cluster) join(ctx context.Context, tell func(detail string), nodes []NodeSpec) error {
	for _, n := range nodes {
		tell(n.Name + " joins")
		if _, err := c.answer(ctx, n, tell, "join", c.hook.Join); err != nil {
			return err
		}
	}
	return nil
}

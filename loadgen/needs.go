package loadgen

import (
	"context"
	"errors"
	"fmt"
)

// Need is what a load takes of one of its project's quotas, and how that stands.
type Need struct {
	Service  string // as the catalogue has it: compute, network
	Resource string // in the service's own words: cores
	Each     int    // what an iteration takes while it lasts
	Shared   int    // what is there beside them: what all use, and what is kept
	Limit    int    // -1: none
	Used     int
	Unknown  string // why limit and use are not known; empty: they are
}

// Of is the quota's name.
func (n Need) Of() string { return n.Resource + " of " + n.Service }

// Left is how much there may be beside what there is; false where that is not limited, or not
// known.
func (n Need) Left() (int, bool) { return max(n.Limit-n.Used, 0), n.Unknown == "" && n.Limit >= 0 }

// For is what so many iterations at once take.
func (n Need) For(atOnce int) int { return n.Each*atOnce + n.Shared }

// ErrLooked is that of an Open that was only to tell what it needs; see Env.Needs.
var ErrLooked = errors.New("nothing was to be made")

// Look asks a workload what a load of it needs, and makes nothing. An error says why that is not
// known.
func Look(ctx context.Context, workload Workload, env Env) ([]Need, error) {
	var needs []Need
	env.Needs = func(n Need) { needs = append(needs, n) }
	session, err := workload.Open(ctx, env)
	if err == nil {
		err = session.Close(ctx)
	}
	if err != nil && !errors.Is(err, ErrLooked) {
		return nil, fmt.Errorf("look what it needs: %w", err)
	}
	return needs, nil
}

// AtOnce is how many iterations of a load there surely are at once, if the cloud can do them:
// the workers of the closed model, and one of the open model, in which it depends on how long
// they take.
func (s Spec) AtOnce() int {
	if s.Arrivals != nil {
		return 1
	}
	return s.workers()
}

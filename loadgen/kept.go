package loadgen

import (
	"context"
	"sync"
)

// Kept is what became of work that the cloud acknowledged and that a load kept,
// to see after recovery whether it is still there.
type Kept struct {
	Work    int      // resources that were kept
	Lost    []string // those that are gone or not as they were: which, and what was found
	Unknown []string // those about which nobody could be asked
	// LostMore and UnknownMore are how many there are beside those that are named: of
	// many messages that follow one another the first stands for all.
	LostMore    int
	UnknownMore int
	// Unasked are those that may have kept more, and whom nobody could ask what.
	Unasked []string
}

// Keeper is a session that keeps work. Check looks at all of it until each is
// there or ctx ends; it is false where the load was to keep none, which Keeps tells
// from the beginning.
type Keeper interface {
	Check(ctx context.Context) (Kept, bool)
	Keeps() bool
}

// Check looks at what the loads have kept, all at once; by the load's name. A
// load that keeps none is left out.
func (g *Group) Check(ctx context.Context) map[string]Kept {
	var mu sync.Mutex
	var asking sync.WaitGroup
	found := map[string]Kept{}
	for _, r := range g.all() {
		asking.Go(func() {
			if kept, was := r.Check(ctx); was {
				mu.Lock()
				defer mu.Unlock()
				found[r.load.Name] = kept
			}
		})
	}
	asking.Wait()
	return found
}

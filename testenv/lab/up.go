package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sync/errgroup"
)

// Up makes the lab, or brings one that is there back to health: one that is
// paused goes on, nodes that are off are switched on, also after this machine
// was restarted, and clusters that lost all their nodes are recovered. A lab
// that is not there, or whose making was cut off, is made of its snapshot when
// there is one, else from nothing, and then its snapshot is taken. It returns
// when every service is healthy and, where the profile runs servers, one has
// been booted, reached and deleted. ErrOutdated when the lab that is there is
// not what would be made now, unless it is to be made anew, ErrForeign when what
// has its place is no lab; nothing has been done then.
func Up(ctx context.Context, asked Options) error {
	o, profile, err := choose(asked)
	if err == nil {
		err = current(o, profile)
	}
	if err == nil {
		err = o.paths().ours()
	}
	if err != nil {
		return err
	}
	if err := preflight(ctx, o, profile); err != nil {
		return err
	}
	if err := InstallPackages(ctx, o.Progress); err != nil {
		return err
	}
	unlock, err := lock(ctx, o.paths().lock, func() { o.Progress("lab", "another eris works on it; waiting") })
	if err != nil {
		return err
	}
	defer unlock()
	if err := o.paths().takeName(); err != nil {
		return err
	}
	if o, profile, err = choose(asked); err == nil { // it may have been made or taken away meanwhile
		err = current(o, profile)
	}
	if err != nil {
		return err
	}
	moreWatchers(ctx, o)
	w := newStopwatch()
	if err := bringUp(ctx, o, profile, w); err != nil {
		return nameless(ctx, o, err)
	}
	tellRestarts(ctx, o, profile)
	w.tell(o.Progress)
	return nil
}

// Reset brings a lab in any state back to its snapshot. ErrNoSnapshot when
// there is none; nothing has been done then.
func Reset(ctx context.Context, asked Options) error {
	o, profile, err := choose(asked)
	if err != nil {
		return err
	}
	if err := o.paths().ours(); err != nil {
		return err
	}
	if !haveSnapshot(o, profile) {
		return fmt.Errorf("reset lab %s: %w", o.Name, ErrNoSnapshot)
	}
	if err := preflight(ctx, o, profile); err != nil {
		return err
	}
	if err := InstallPackages(ctx, o.Progress); err != nil { // before anything is taken away
		return err
	}
	unlock, err := lock(ctx, o.paths().lock, func() { o.Progress("lab", "another eris works on it; waiting") })
	if err != nil {
		return err
	}
	defer unlock()
	if err := o.paths().takeName(); err != nil {
		return err
	}
	if o, profile, err = choose(asked); err != nil {
		return err
	}
	moreWatchers(ctx, o)
	w := newStopwatch()
	if err := restore(ctx, o, profile, w); err != nil {
		return nameless(ctx, o, err)
	}
	tellRestarts(ctx, o, profile)
	w.tell(o.Progress)
	return nil
}

// nameless gives back, where a lab did not come about and left no folder, what it
// has of this machine: its name, and the limit that labs raise.
func nameless(ctx context.Context, o Options, err error) error {
	if _, there := os.Stat(o.paths().dir); errors.Is(there, fs.ErrNotExist) {
		err = errors.Join(err, o.paths().giveNameBack(), hostWatchers().giveBack(ctx))
	}
	return err
}

// choose finds the profile: a lab that is there keeps its own, and one whose
// making was cut off is what it was to be unless something else is asked for.
func choose(o Options) (Options, *Profile, error) {
	asked := o.Profile
	o, err := o.withDefaults()
	if err != nil {
		return o, nil, err
	}
	s, err := readStamp(o.paths())
	switch {
	case err == nil:
		if asked != "" && asked != s.Profile {
			return o, nil, fmt.Errorf("bring lab %s up: it is of profile %s, not %s; take it down first", o.Name, s.Profile, asked)
		}
		o.Profile, o.Definitions = s.Profile, cmp.Or(o.Definitions, s.From)
	case !errors.Is(err, ErrNotUp):
		return o, nil, err
	case s.Profile != "" && (asked == "" || asked == s.Profile):
		o.Profile, o.Definitions = s.Profile, cmp.Or(o.Definitions, s.From)
	}
	profile, err := o.load(o.Profile)
	return o, profile, err
}

// current refuses a lab that is up and not what would be made now: it may be in
// use, and is never made anew unasked.
func current(o Options, profile *Profile) error {
	s, err := readStamp(o.paths())
	if o.Fresh || errors.Is(err, ErrNotUp) {
		return nil
	}
	if why := s.outdated(o, profile); err == nil && why != "" {
		err = fmt.Errorf("bring lab %s up: %s; %w", o.Name, why, ErrOutdated)
	}
	return err
}

// ErrNoImage says that a lab is there and its image is not: what its nodes
// wrote is of no use without it.
var ErrNoImage = errors.New("without it no node can be switched on; `eris lab up --fresh` makes the lab anew, `eris lab down` takes it away")

// bringUp does the work of Up under the lab's lock.
func bringUp(ctx context.Context, o Options, profile *Profile, w *stopwatch) error {
	s, err := readStamp(o.paths())
	switch {
	case o.Fresh || errors.Is(err, ErrNotUp):
	case err != nil:
		return err
	default:
		if _, err := os.Stat(s.Image); err != nil {
			return fmt.Errorf("bring lab %s up: its image %s is gone; %w", o.Name, s.Image, ErrNoImage)
		}
		if s.From != o.Definitions { // the same definitions, in another place now
			s.From = o.Definitions
			if err := writeStamp(o.paths(), s); err != nil {
				return err
			}
		}
		used := false // a lab that was well before may be in use by now, and is not stopped for a snapshot
		if s.Unkept {
			before, err := probe(ctx, o, profile)
			used = err == nil && before.Healthy
		}
		if err := raise(ctx, o, profile, s.Image, w); err != nil {
			return err
		}
		if used {
			o.Progress("snapshot", "there is none, since the up that made the lab did not come to take one; the lab may be in use, so that none is taken: `eris lab up --fresh` makes both anew")
			return prove(ctx, o, profile, w)
		}
		if err := prove(ctx, o, profile, w); err != nil || !s.Unkept {
			return err
		}
		o.Progress("snapshot", "the up that made the lab did not come to take one; it is taken now, with what was done to the lab since")
		k, err := loadKeys(o.paths(), profile)
		if err != nil {
			return err
		}
		return keepAndGoOn(ctx, o, &renderer{name: o.Name, profile: profile, keys: k}, s, w)
	}
	if !o.Fresh && haveSnapshot(o, profile) {
		if err := restore(ctx, o, profile, w); !errors.Is(err, ErrNoSnapshot) { // else it was removed in this moment
			return err
		}
	}
	return create(ctx, o, profile, w)
}

// raise switches on what is off of a lab whose folder is there, and waits for
// health. Everything that it finds done it leaves as it is.
func raise(ctx context.Context, o Options, profile *Profile, image string, w *stopwatch) error {
	p := o.paths()
	if err := thaw(p); err != nil {
		return err
	}
	if err := noteState(o); err != nil { // of a lab that was made before states were noted
		return err
	}
	k, err := loadKeys(p, profile)
	if err != nil {
		return err
	}
	r := &renderer{name: o.Name, profile: profile, keys: k}
	if err := makeNetwork(ctx, o, profile); err != nil {
		return err
	}
	if err := layScripts(p); err != nil {
		return err
	}
	if err := w.lap("boot", func() error { return bootOff(ctx, o, profile, image) }); err != nil {
		return err
	}
	if err := startBMCs(ctx, o, r); err != nil {
		return err
	}
	if err := w.lap("recover", func() error { return recoverClusters(ctx, o, r) }); err != nil {
		return err
	}
	o.Progress("health", fmt.Sprintf("the nodes of lab %s run; reading their health", o.Name))
	return w.lap("health", func() error { return waitHealthy(ctx, o, profile) })
}

// bootOff switches on the nodes that are off, at once.
func bootOff(ctx context.Context, o Options, profile *Profile, image string) error {
	p := o.paths()
	on, err := nodesOn(p, profile)
	if err != nil {
		return err
	}
	group, groupCtx := errgroup.WithContext(ctx)
	for _, n := range profile.Nodes {
		if on[n.Name] {
			continue
		}
		o.Progress("nodes", "switching on "+n.Name)
		if err := ensureMounted(ctx, p, n.Name, image); err != nil {
			return errors.Join(err, group.Wait())
		}
		if err := boot(ctx, p, profile, o.Name, n); err != nil {
			return errors.Join(err, group.Wait())
		}
		group.Go(func() error { return waitBooted(groupCtx, o, n) })
	}
	return group.Wait()
}

// restore makes the lab of its snapshot, after taking away what is there.
// ErrNoSnapshot when that has been removed; nothing has been done to the lab then.
func restore(ctx context.Context, o Options, profile *Profile, w *stopwatch) error {
	p := o.paths()
	letGo, err := hold(ctx, snapshotPath(o, profile))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("restore lab %s: %w", o.Name, ErrNoSnapshot)
	}
	if err != nil {
		return err
	}
	defer letGo()
	image, release, err := heldImage(ctx, o, profile)
	if err != nil {
		return err
	}
	defer release()
	if err := clearAway(ctx, o); err != nil {
		return fmt.Errorf("clear away what is left of lab %s: %w", o.Name, err)
	}
	if err := errors.Join(noteState(o), markFolder(p, stampOf(o, profile, image))); err != nil {
		return err
	}
	o.Progress("snapshot", "restoring "+snapshotPath(o, profile))
	if err := w.lap("restore", func() error { return fromSnapshot(ctx, o, profile) }); err != nil {
		return err
	}
	k, err := loadKeys(p, profile)
	if err != nil {
		return err
	}
	if err := writeAccess(o, &renderer{name: o.Name, profile: profile, keys: k}); err != nil {
		return err
	}
	if err := writeStamp(p, stampOf(o, profile, image)); err != nil { // from here on it can be looked at, and waited for
		return err
	}
	if err := raise(ctx, o, profile, image, w); err != nil {
		return err
	}
	return prove(ctx, o, profile, w)
}

// nodesOn is the set of nodes that run.
func nodesOn(p paths, profile *Profile) (map[string]bool, error) {
	on := map[string]bool{}
	for _, n := range profile.Nodes {
		pid, err := leader(p, n.Name)
		if err != nil {
			return nil, err
		}
		if pid != 0 {
			on[n.Name] = true
		}
	}
	return on, nil
}

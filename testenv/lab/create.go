package lab

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

// create makes a lab from nothing, after taking away what is left of an
// earlier one, and then its snapshot: of a cloud that is proven, or a cloud that
// is not would come back with every `up`.
func create(ctx context.Context, o Options, profile *Profile, w *stopwatch) error {
	p := o.paths()
	var image string
	var release func()
	err := w.lap("image", func() (err error) {
		image, release, err = heldImage(ctx, o, profile)
		return err
	})
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
	k, err := loadKeys(p, profile)
	if err != nil {
		return err
	}
	r := &renderer{name: o.Name, profile: profile, keys: k}
	if err := writeAccess(o, r); err != nil {
		return err
	}
	o.Progress("network", "namespace "+p.netns+", no uplink")
	if err := makeNetwork(ctx, o, profile); err != nil {
		return err
	}
	if err := layScripts(p); err != nil {
		return err
	}
	if err := w.lap("nodes", func() error { return makeNodes(ctx, o, r, image) }); err != nil {
		return err
	}
	if err := startBMCs(ctx, o, r); err != nil {
		return err
	}
	if err := setUp(ctx, o, r, w); err != nil {
		return err
	}
	s := stampOf(o, profile, image)
	s.Unkept = true
	if err := writeStamp(p, s); err != nil { // from here on it can be looked at, and waited for
		return err
	}
	o.Progress("health", "waiting until every service is healthy")
	if err := w.lap("health", func() error { return waitHealthy(ctx, o, profile) }); err != nil {
		return err
	}
	if err := prove(ctx, o, profile, w); err != nil {
		return err
	}
	return keepAndGoOn(ctx, o, r, s, w)
}

// keepAndGoOn takes the first snapshot of a lab that is whole.
func keepAndGoOn(ctx context.Context, o Options, r *renderer, s stamp, w *stopwatch) error {
	profile := r.profile
	if err := w.lap("snapshot", func() error { return keep(ctx, o, profile, s) }); err != nil {
		return err
	}
	// Everything stood still for it, and on a busy machine for longer than some
	// clusters bear.
	if err := w.lap("recover", func() error { return recoverClusters(ctx, o, r) }); err != nil {
		return err
	}
	return w.lap("health after the snapshot", func() error { return waitHealthy(ctx, o, profile) })
}

// keep takes the snapshot. The lab is up and healthy, and stays so when that
// fails; it is said then, since the next `up` will take longer.
func keep(ctx context.Context, o Options, profile *Profile, s stamp) error {
	if err := takeSnapshot(ctx, o, profile, s); err != nil {
		if ctx.Err() != nil {
			return err
		}
		o.Progress("snapshot", "NOT taken, the lab is up without one: "+err.Error())
		return nil
	}
	s.Unkept = false
	if err := writeStamp(o.paths(), s); err != nil {
		return err
	}
	path := snapshotPath(o, profile)
	o.Progress("snapshot", fmt.Sprintf("kept in %s, %d MiB", path, usedMiB(path)))
	return nil
}

func makeNodes(ctx context.Context, o Options, r *renderer, image string) error {
	p := o.paths()
	o.Progress("nodes", fmt.Sprintf("disks and configuration of %d nodes", len(r.profile.Nodes)))
	for _, n := range r.profile.Nodes {
		if err := makeDisk(ctx, p, n.Name, image, r.profile.diskMiB(n)); err != nil {
			return err
		}
		if err := writeFiles(r, p, n); err != nil {
			return err
		}
	}
	if err := makeShares(p, r.profile, image); err != nil {
		return err
	}
	o.Progress("nodes", "booting")
	group, ctx := errgroup.WithContext(ctx)
	for _, n := range r.profile.Nodes {
		if err := boot(ctx, p, r.profile, o.Name, n); err != nil {
			group.Go(func() error { return err }) // ends the waiting for the others
			break
		}
		group.Go(func() error { return waitBooted(ctx, o, n) })
	}
	return group.Wait()
}

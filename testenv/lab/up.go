package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
)

// stamp is written last: a lab that has none was cut off while it was made.
type stamp struct {
	Profile string    `json:"profile"`
	Image   string    `json:"image"`
	Made    time.Time `json:"made"`
}

// ErrNotUp says that there is no complete lab of that name.
var ErrNotUp = errors.New("no such lab is up; make it with `eris lab up`")

func readStamp(p paths) (stamp, error) {
	var s stamp
	text, err := os.ReadFile(p.stamp)
	if os.IsNotExist(err) {
		return s, ErrNotUp
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return s, fmt.Errorf("read the lab's stamp: %w", err)
	}
	return s, nil
}

// Up makes the lab, or brings one that is there back to health: nodes that
// are off are switched on. A lab that was cut off half way, or of which no
// node runs any more, is made anew. It returns when every service is healthy.
func Up(ctx context.Context, o Options) error {
	asked := o.Profile
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	if err := checkHost(); err != nil {
		return err
	}
	if err := InstallPackages(ctx, o.Progress); err != nil {
		return err
	}
	p := o.paths()
	unlock, err := lock(ctx, p.lock, func() { o.Progress("lab", "another eris works on it; waiting") })
	if err != nil {
		return err
	}
	defer unlock()
	s, err := readStamp(p)
	switch {
	case errors.Is(err, ErrNotUp):
		return create(ctx, o)
	case err != nil:
		return err
	}
	if asked != "" && asked != s.Profile {
		return fmt.Errorf("bring lab %s up: it is of profile %s, not %s; take it down first", o.Name, s.Profile, asked)
	}
	o.Profile = s.Profile
	profile, err := loadProfile(s.Profile)
	if err != nil {
		return err
	}
	on, err := nodesOn(p, profile)
	if err != nil {
		return err
	}
	if len(on) == 0 {
		o.Progress("lab", "none of its nodes runs (was this machine restarted?); they are made anew")
		return create(ctx, o)
	}
	return restore(ctx, o, profile, on)
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

// restore switches on what is off and waits for health.
func restore(ctx context.Context, o Options, profile *Profile, on map[string]bool) error {
	p := o.paths()
	for _, n := range profile.Nodes {
		if on[n.Name] {
			continue
		}
		o.Progress("nodes", "switching on "+n.Name)
		if err := boot(p, profile, o.Name, n); err != nil {
			return err
		}
		if err := waitBooted(ctx, p, n); err != nil {
			return err
		}
	}
	o.Progress("health", fmt.Sprintf("lab %s is up; reading its health", o.Name))
	return waitHealthy(ctx, o, profile)
}

// create makes a lab from nothing, after taking away what is left of an
// earlier one.
func create(ctx context.Context, o Options) error {
	p := o.paths()
	profile, err := loadProfile(o.Profile)
	if err != nil {
		return err
	}
	image, err := ensureImage(ctx, o, profile)
	if err != nil {
		return err
	}
	if err := takeAway(ctx, o); err != nil {
		return err
	}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return fmt.Errorf("make lab: %w", err)
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
	if err := makeNetwork(ctx, p, profile.Networks); err != nil {
		return err
	}
	if err := makeNodes(ctx, o, r, image); err != nil {
		return err
	}
	if err := setUp(ctx, o, r); err != nil {
		return err
	}
	o.Progress("health", "waiting until every service is healthy")
	if err := waitHealthy(ctx, o, profile); err != nil {
		return err
	}
	return writeStamp(p, stamp{Profile: profile.Name, Image: image, Made: time.Now().UTC()})
}

func writeStamp(p paths, s stamp) error {
	text, err := json.Marshal(s)
	if err == nil {
		err = os.WriteFile(p.stamp+".new", text, 0o600)
	}
	if err == nil {
		err = os.Rename(p.stamp+".new", p.stamp)
	}
	if err != nil {
		return fmt.Errorf("write the lab's stamp: %w", err)
	}
	return nil
}

func makeNodes(ctx context.Context, o Options, r *renderer, image string) error {
	p := o.paths()
	o.Progress("nodes", fmt.Sprintf("disks and configuration of %d nodes", len(r.profile.Nodes)))
	for _, n := range r.profile.Nodes {
		if err := makeDisk(ctx, p, n.Name, image, r.profile.DiskMiB); err != nil {
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
		if err := boot(p, r.profile, o.Name, n); err != nil {
			return err
		}
		group.Go(func() error { return waitBooted(ctx, p, n) })
	}
	return group.Wait()
}

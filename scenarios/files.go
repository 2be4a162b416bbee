package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/openstack-eris/eris/loadgen"
)

// files are the sums of the files that a fault was made of, by name; nil when it
// was made of none.
func (f *Fault) files() map[string]string {
	if r, ok := f.Fault.(reader); ok {
		return r.Files()
	}
	return nil
}

// files are the sums of the files that a load was made of, by name; nil when it
// was made of none.
func (l *Load) files() map[string]string {
	if l.Spec.Arrivals == nil || l.Spec.Arrivals.Trace == nil {
		return nil
	}
	return l.Spec.Arrivals.Trace.Files()
}

// load is what a load is to send; in a repetition the same as before.
func (b *builder) load(l *Load) PlannedLoad {
	p := PlannedLoad{Name: l.Name, Workload: l.Kind, Model: l.Spec.Model(), Amount: amount(l.Spec), When: l.words(), Files: l.files()}
	if l.Fresh {
		p.Session = freshSession
	}
	if l.Tenants != nil {
		p.Tenants = l.Tenants.Name
	}
	if local, ok := l.Workload.(loadgen.Local); ok {
		p.Program = local.Program()
	}
	if b.Replay != nil {
		i := slices.IndexFunc(b.Replay.Loads, func(e PlannedLoad) bool { return e.Name == l.Name })
		if i >= 0 {
			if err := same(b.Replay.Loads[i].Files, p.Files); err != nil {
				b.refuse(l.Name, "", err, "")
			}
		}
	}
	return p
}

// sameImages refuses to repeat a plan with images of tenants that have changed since.
func (b *builder) sameImages(t PlannedTenants) {
	if b.Replay == nil {
		return
	}
	i := slices.IndexFunc(b.Replay.Tenants, func(e PlannedTenants) bool { return e.Name == t.Name })
	if i < 0 {
		return // of a plan before it was written whose they are
	}
	if err := same(b.Replay.Tenants[i].files(), t.files()); err != nil {
		b.refuse(t.Name, "", err, "")
	}
}

// files are the sums of the images that are files, by name.
func (t PlannedTenants) files() map[string]string {
	sums := map[string]string{}
	for _, i := range t.Images {
		if i.Sum != "" {
			sums[i.File] = i.Sum
		}
	}
	return sums
}

// sameFiles refuses to repeat a plan with files that have changed since.
func (b *builder) sameFiles(f *Fault) error {
	if b.Replay == nil {
		return nil
	}
	earlier := b.Replay.FaultByName(f.Name)
	if earlier == nil {
		return nil // has been refused
	}
	return same(earlier.Files, f.files())
}

// same tells of every file that is not what it was before.
func same(before, now map[string]string) error {
	names := map[string]string{}
	maps.Copy(names, now)
	maps.Copy(names, before)
	var changed []error
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if was, is := before[name], now[name]; was != is {
			changed = append(changed, fmt.Errorf("%s is not what the plan that is to be repeated had: its sha256 was %s and is %s", name, sumOf(was), sumOf(is)))
		}
	}
	return errors.Join(changed...)
}

func sumOf(sum string) string {
	if sum == "" {
		return "none, there was no such file"
	}
	return sum
}

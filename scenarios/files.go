package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// files are the sums of the files that a fault was made of, by name; nil when it
// was made of none.
func (f *Fault) files() map[string]string {
	if r, ok := f.Fault.(reader); ok {
		return r.Files()
	}
	return nil
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
	now := f.files()
	names := maps.Clone(now)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, earlier.Files)
	var changed []error
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if was, is := earlier.Files[name], now[name]; was != is {
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

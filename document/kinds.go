package document

import (
	"fmt"
	"slices"
)

// Kind is one entry of a catalogue: a fault, workload or collector that a
// document can ask for by name. New returns a pointer to its arguments with
// defaults filled in; the loader decodes the document's args into it strictly
// (fields carry `yaml` and `help` tags, from which `eris describe` is made).
type Kind[T any] struct {
	Name    string // e.g. service.kill
	Summary string // one sentence
	New     func() T
}

// Kinds is a catalogue. One explicit function fills it; there is no
// registration behind the reader's back.
type Kinds[T any] struct{ byName map[string]Kind[T] }

// Add puts a kind into the catalogue. A double name is a programming error
// and panics.
func (k *Kinds[T]) Add(kind Kind[T]) {
	if k.byName == nil {
		k.byName = map[string]Kind[T]{}
	}
	if _, double := k.byName[kind.Name]; double {
		panic(fmt.Sprintf("document: kind %q is registered twice", kind.Name))
	}
	k.byName[kind.Name] = kind
}

// Lookup returns the kind of that name.
func (k *Kinds[T]) Lookup(name string) (Kind[T], bool) {
	kind, ok := k.byName[name]
	return kind, ok
}

// Names lists the catalogue, sorted.
func (k *Kinds[T]) Names() []string {
	names := make([]string, 0, len(k.byName))
	for name := range k.byName {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

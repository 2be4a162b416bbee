package record

import (
	"cmp"
	"slices"
)

// Tested is what a run was tried on, as it was found before the loads began: a
// figure holds for this and for nothing else.
type Tested struct {
	Facts []TestedFact `json:"facts"` // sorted by kind, name and value
	// Silent are those that could not be asked, and why.
	Silent []TestedSilence `json:"silent,omitempty"`
}

// TestedKind says what a fact is of.
type TestedKind string

// The kinds of facts, in the order in which they are told.
const (
	TestedRole    TestedKind = "role"          // name: the role; there is no value
	TestedAPI     TestedKind = "api"           // name: the service's type; value: its version, of one with microversions the highest
	TestedOS      TestedKind = "os"            // value: PRETTY_NAME of /etc/os-release
	TestedKernel  TestedKind = "kernel"        // value: release and machine, as uname says them
	TestedPackage TestedKind = "package"       // name: of the source; value: its version
	TestedImage   TestedKind = "image"         // name: the service; value: the image of its container and that image's id
	TestedSetting TestedKind = "setting"       // name: service and option; value: what it is set to
	TestedConfig  TestedKind = "configuration" // name: the service; value: sha256 of its files without secrets and comments
)

// TestedKinds are all kinds, in the order in which they are told.
func TestedKinds() []TestedKind {
	return []TestedKind{TestedRole, TestedAPI, TestedOS, TestedKernel, TestedPackage, TestedImage, TestedSetting, TestedConfig}
}

// TestedFact is one thing that holds for some nodes, or for the whole cloud.
type TestedFact struct {
	Kind  TestedKind `json:"kind"`
	Name  string     `json:"name,omitempty"`
	Value string     `json:"value,omitempty"`
	Nodes []string   `json:"nodes,omitempty"` // sorted; none: the cloud
}

// TestedSilence is a node, or with no node the API, that could not be asked.
type TestedSilence struct {
	Node string `json:"node,omitempty"`
	Why  string `json:"why"`
}

// Add notes that a fact holds for a node, or with none for the cloud.
func (t *Tested) Add(kind TestedKind, name, value, node string) {
	at := slices.IndexFunc(t.Facts, func(f TestedFact) bool { return f.Kind == kind && f.Name == name && f.Value == value })
	if at < 0 {
		at = len(t.Facts)
		t.Facts = append(t.Facts, TestedFact{Kind: kind, Name: name, Value: value})
	}
	if f := &t.Facts[at]; node != "" && !slices.Contains(f.Nodes, node) {
		f.Nodes = append(f.Nodes, node)
	}
}

// Sort puts all of it in its order.
func (t *Tested) Sort() {
	order := TestedKinds()
	slices.SortFunc(t.Facts, func(a, b TestedFact) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	for i := range t.Facts {
		slices.Sort(t.Facts[i].Nodes)
	}
	slices.SortFunc(t.Silent, func(a, b TestedSilence) int { return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.Why, b.Why)) })
}

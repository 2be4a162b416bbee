package operator

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Run is script.run: the operator's own scripts as a fault's steps. Without a
// script that undoes and one that verifies it cannot be taken back, and is held
// back by the net irreversible.
type Run struct {
	Folder    string             `yaml:"folder" required:"true" help:"where the scripts are, relative to the scenario's file: inject and observe, and undo and verify so that it can be taken back; preflight, fingerprint and prepare if wanted. Any ending (inject.py); the first line names the interpreter"`
	Args      []string           `yaml:"args" help:"the arguments of every script"`
	Tools     []string           `yaml:"tools" help:"commands that preflight looks for on the node; the interpreters are looked for anyway"`
	Resources []string           `yaml:"resources" help:"what else the fault occupies on its node, as other faults name it (unit:keystone.service): two never hold one"`
	Loses     inventory.Selector `yaml:"loses" help:"what of the cloud is lost with it beside its target, such as {switch: sw-1} or {service: cinder-volume}; the redundancy counts it. Has to be said on a machine beside the cloud"`
	Gone      bool               `yaml:"gone_at_boot" help:"that a boot of its node takes away all that it makes. It has to be so, and said, where the node has no systemd, by which it would be undone at boot"`

	name string         // of the folder, as keys and the plan have it
	set  map[string]own // by step; nil until it was read
}

const keyLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@-"

// Validate refuses what cannot be handed to a script or looked for on a node.
func (r *Run) Validate() error {
	var wrong []error
	for _, arg := range r.Args {
		if strings.ContainsAny(arg, "\n\x00") {
			wrong = append(wrong, fmt.Errorf("args: %q has a line break", arg))
		}
	}
	for _, tool := range r.Tools {
		if tool == "" || strings.Trim(tool, plain) != "" || strings.HasPrefix(tool, "-") {
			wrong = append(wrong, fmt.Errorf("tools: %q is no command", tool))
		}
	}
	for _, key := range r.Resources {
		if key == "" || strings.Trim(key, keyLetters) != "" {
			wrong = append(wrong, fmt.Errorf("resources: %q is not of letters, digits and ._:@-", key))
		}
	}
	return errors.Join(wrong...)
}

// ReadFiles takes the scripts in, relative to the folder dir. They are not read
// again.
func (r *Run) ReadFiles(dir string) error {
	folder := r.Folder
	if folder == "" {
		return nil // its absence has been reported
	}
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(dir, folder)
	}
	set, err := read(folder)
	if err != nil {
		return err
	}
	r.name, r.set = filepath.Base(folder), set
	return nil
}

// Files are the sha256 sums, in hex, of the scripts that were read, by name.
func (r *Run) Files() map[string]string {
	sums := map[string]string{}
	for _, one := range r.set {
		sums[r.name+"/"+one.file] = one.sum
	}
	return sums
}

// SafetyNets holds back what nothing takes back, or nothing proves to be.
func (r *Run) SafetyNets(faults.Target) []string {
	if r.irreversible() != "" {
		return []string{faults.Irreversible}
	}
	return nil
}

// Beside tells that it strikes machines beside the cloud too: from them scripts reach
// devices that run nothing of ours.
func (r *Run) Beside() bool { return true }

// Costs is what the operator says that is lost with it.
func (r *Run) Costs(cloud *inventory.Cloud) ([]inventory.Ref, error) {
	if r.Loses.Empty() {
		return nil, nil
	}
	refs, err := cloud.Select(r.Loses)
	if err != nil {
		return nil, fmt.Errorf("loses: %w", err)
	}
	return refs, nil
}

// irreversible says why the fault's end proves nothing; empty when it does.
func (r *Run) irreversible() string {
	switch undone, verified := r.has(undo), r.has(verify); {
	case !undone && !verified:
		return "it has no scripts undo and verify: nothing takes it back, and nothing says what became of it"
	case !undone:
		return "it has no script undo: nothing takes it back"
	case !verified:
		return "it has no script verify: nothing says whether its undo has put everything back"
	}
	return ""
}

func (r *Run) has(step string) bool { return r.set[step].file != "" }

// Scripts returns the steps for a service on a node, or for a whole node.
func (r *Run) Scripts(target faults.Target) (faults.Scripts, error) {
	if r.set == nil {
		return faults.Scripts{}, errors.New("choose scripts: they have not been read")
	}
	if target.Cloud == nil {
		return faults.Scripts{}, fmt.Errorf("choose scripts: nobody knows what runs on %s", target.Node.Name)
	}
	if target.Node.Beside && r.Loses.Empty() {
		return faults.Scripts{}, fmt.Errorf("choose scripts: %s is no member of the cloud, so loses has to say what of the cloud is lost", target.Node.Name)
	}
	if target.Cloud.Kind == inventory.Simulated {
		if err := r.simulated(); err != nil {
			return faults.Scripts{}, err
		}
	}
	works, tools := target.Works()
	s := faults.Scripts{
		Args:         r.args(target),
		Tools:        slices.Concat([]string{"env", "mktemp", "head", "tr", "cut", "sed"}, r.interpreters(), r.Tools, tools),
		Preflight:    r.step(preflight),
		Fingerprint:  r.step(fingerprint),
		Prepare:      r.step(prepare),
		Inject:       r.step(inject),
		Observe:      r.step(observe),
		Undo:         r.step(undo),
		Healthy:      r.step(verify) + works,
		Irreversible: r.irreversible(),
		Volatile:     r.Gone,
		Resources:    append([]string{r.key(target)}, r.Resources...),
	}
	if s.Fingerprint == "" {
		s.Fingerprint = "echo fingerprint=none\n" // verify alone is the proof
	}
	if s.Undo == "" {
		s.Undo = ":\n"
	}
	return s, nil
}

// step is the text of a step, empty when the operator has no script for it.
func (r *Run) step(name string) string {
	one := r.set[name]
	if one.file == "" {
		return ""
	}
	return fmt.Sprintf("# The operator's own %s/%s, sha256 %s.\nstep=%s interpreter='%s'\n",
		r.name, one.file, one.sum, name, strings.Join(one.interpreter, " ")) + text("begin.sh") + one.document() + text("end.sh")
}

// args are what begin.sh takes for itself, then the operator's.
func (r *Run) args(target faults.Target) []string {
	service, unit := "", ""
	if target.Service != nil {
		service = target.Service.Name
		if target.Service.Runtime.Kind == inventory.Unit {
			unit = target.Service.Runtime.Name
		}
	}
	return append([]string{target.ID, target.Node.Name, target.Node.Listen, service, unit}, r.Args...)
}

// key is what the fault itself occupies: these scripts on this target.
func (r *Run) key(target faults.Target) string {
	name := "script:" + r.name
	if target.Service != nil {
		name += ":" + target.Service.Name
	}
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(keyLetters, c) {
			return c
		}
		return '_'
	}, name)
}

func (r *Run) interpreters() []string {
	var names []string
	for _, step := range steps() {
		if r.has(step) {
			names = append(names, r.set[step].interpreter[0])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// simulated says why the scripts cannot run on a simulated node, whose only
// language is the subset of sh that Eris' own scripts keep to.
func (r *Run) simulated() error {
	var wrong []error
	for _, step := range steps() {
		if !r.has(step) {
			continue
		}
		one := r.set[step]
		if !one.shell() {
			wrong = append(wrong, fmt.Errorf("%s/%s is for %s, and a simulated node runs nothing but sh", r.name, one.file, strings.Join(one.interpreter, " ")))
			continue
		}
		for _, err := range script.Check(r.name+"/"+one.file, one.text) {
			wrong = append(wrong, fmt.Errorf("a simulated node cannot run it: %w", err))
		}
	}
	return errors.Join(wrong...)
}

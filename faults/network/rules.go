package network

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// cut is what one fault drops on a node.
type cut struct {
	name     string           // of its chains; two faults of one name never share a node
	what     string           // for people, after "cut off:"
	in, out  []string         // rules
	others   []netip.Addr     // that are cut off and no others; none: everybody
	attempts []netip.AddrPort // that the node makes to see that there is no answer
	observe  string           // the script that sees it; observe.sh where it is empty
	more     []string         // further arguments, for that script
}

// scripts are the steps of a cut; err is what kept it from being chosen.
func (c cut) scripts(target faults.Target, err error) (faults.Scripts, error) {
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("choose rules: %w", err)
	}
	works, tools := target.Works()
	near, more := nearby(target)
	return faults.Scripts{
		Args: append([]string{
			target.ID, c.name, strings.Join(c.in, "; "), strings.Join(c.out, "; "),
			words(c.others), words(c.attempts), c.what,
		}, c.more...),
		Tools:       append([]string{"nft", "nc", "timeout", "grep", "sed", "sort", "cut", "sha256sum"}, slices.Concat(tools, more)...),
		Preflight:   near + script.Table() + text("ruleset.sh", "controller.sh", "preflight.sh"),
		Fingerprint: script.TableFingerprint(),
		Prepare:     text("ruleset.sh", "prepare.sh"),
		Inject:      text("inject.sh"),
		Observe:     text(cmp.Or(c.observe, "observe.sh")),
		Undo:        script.Table() + text("undo.sh"),
		Healthy:     works,
		Volatile:    true,
		Resources:   []string{"network:" + c.name},
	}, nil
}

// nearby is a preflight that refuses a container with a network of its own, which gets
// what the node passes on to it by other hooks than the rules are at, and the tools that
// it needs. Whole nodes and what nobody knows the processes of are not asked.
func nearby(target faults.Target) (preflight string, tools []string) {
	if target.Service == nil || target.Service.Runtime.Kind != inventory.Container {
		return "", nil
	}
	group, err := target.Group()
	if err != nil {
		return "", nil // it has no name, and no steps of any fault
	}
	return "service=" + inventory.Quote(group.Name) + "\n" + group.Functions + group.AtHome + "at_home || exit 1\n", append(group.Tools, "readlink")
}

// words are addresses as a script reads them.
func words[T fmt.Stringer](list []T) string {
	text := make([]string, len(list))
	for i, one := range list {
		text[i] = one.String()
	}
	return strings.Join(text, " ")
}

// direction says which way is cut.
type direction string

const (
	in   direction = "in"
	out  direction = "out"
	both direction = "both"
)

func (d direction) check(key string) error {
	if ways := []direction{in, out, both}; !slices.Contains(ways, d) {
		return fmt.Errorf("%s: %q is none of in, out and both", key, string(d))
	}
	return nil
}

func (d direction) in() bool  { return d != out }
func (d direction) out() bool { return d != in }

// byFamily parts addresses as nft wants them: none of its matches takes both.
func byFamily(list []netip.Addr) map[string][]netip.Addr {
	parted := map[string][]netip.Addr{}
	for _, address := range list {
		family := familyOf(address)
		parted[family] = append(parted[family], address)
	}
	return parted
}

func familyOf(address netip.Addr) string {
	if address.Is6() {
		return "ip6"
	}
	return "ip"
}

// families are those of byFamily in the order in which rules name them.
func families() []string { return []string{"ip", "ip6"} }

// set is an anonymous set of nft.
func set[T any](list []T) string {
	return "{ " + strings.ReplaceAll(strings.Trim(fmt.Sprint(list), "[]"), " ", ", ") + " }"
}

// plain is a set for people.
func plain[T any](list []T) string { return strings.Trim(set(list), "{ }") }

// What whoever asks gets for an answer: none, or a refusal.
const (
	drop   = "drop"
	reject = "reject"
)

func checkAnswer(answer string) error {
	if answer != drop && answer != reject {
		return fmt.Errorf("answer: %q is neither drop nor reject", answer)
	}
	return nil
}

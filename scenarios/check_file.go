package scenarios

import (
	"fmt"
	"io"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

// CheckFile validates a scenario or an inventory offline and writes a line
// about it, with the warnings below. Which of the two it is shows in its keys.
// The error is document.Problems with all that is wrong.
func CheckFile(w io.Writer, file string, source []byte, options Options) error {
	doc, problems := document.Parse(file, source)
	if doc == nil {
		return problems
	}
	if isInventory(doc.Root) {
		cloud, err := inventory.Read(file, source)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s: inventory of the %s cloud %s: %s, %s, %s\n", file, cloud.Kind, cloud.Name,
			number(len(cloud.Nodes), "node"), number(len(cloud.Services), "service"), number(len(cloud.Groups), "redundancy group"))
		return err
	}
	spec, err := Read(file, source, options)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s: scenario %s: %s, %s, %s, %s\n", file, spec.Name, number(len(spec.Loads), "load"),
		number(len(spec.Collectors), "collector"), number(len(spec.Faults), "fault"), number(len(spec.Objectives), "objective")); err != nil {
		return err
	}
	for _, warning := range spec.Warnings {
		if _, err := fmt.Fprintf(w, "warning: %v\n", warning); err != nil {
			return err
		}
	}
	return nil
}

func isInventory(root *document.Node) bool {
	own := 0
	for _, key := range []string{"cloud", "nodes", "services", "groups"} {
		if root.Get(key) != nil {
			own++
		}
	}
	return own > 0 && root.Get("phases") == nil
}

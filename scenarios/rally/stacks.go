package rally

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/document"
)

// A stack here is of strings that Heat draws, and is updated to have one more. So a template is
// carried over when it is of nothing else; any other is lost, by its name.

// strung is what a template's resources have to be.
const strung = "OS::Heat::RandomString"

// resourcesMost is how many a stack may have here.
const resourcesMost = 100

// drawn counts the strings that a template is of. An error says why it is of something else.
func (c *conversion) drawn(name string) (int, error) {
	content, err := c.beneath(name)
	if err != nil {
		return 0, err
	}
	var template struct {
		Parameters map[string]any `yaml:"parameters"`
		Resources  map[string]struct {
			Type string `yaml:"type"`
		} `yaml:"resources"`
	}
	if err := yaml.Unmarshal(content, &template); err != nil {
		return 0, fmt.Errorf("it is no template that can be read: %w", err)
	}
	if len(template.Resources) == 0 {
		return 0, fmt.Errorf("it has no resource, and a stack here has one at least")
	}
	var other []string
	for _, r := range template.Resources {
		if r.Type != strung && !slices.Contains(other, r.Type) {
			other = append(other, r.Type)
		}
	}
	if slices.Sort(other); len(other) > 0 {
		return 0, fmt.Errorf("its resources (%s) are not made", strings.Join(other, ", "))
	}
	return len(template.Resources), nil
}

// beneath reads a file that a task names, by its path from where Rally is run, of which the
// task's folder is the end of the beginning.
func (c *conversion) beneath(name string) ([]byte, error) {
	if c.Files == nil {
		return nil, fmt.Errorf("it is a file, and none can be read here")
	}
	parts := strings.Split(path.Clean(strings.TrimPrefix(name, "/")), "/")
	for n := range parts {
		at := strings.Join(parts[n:], "/")
		if content, err := fs.ReadFile(c.Files, at); err == nil {
			return content, nil
		}
	}
	return nil, fmt.Errorf("it is not in the task's folder")
}

// stacked carries over the template of a stack.
func stacked(c *conversion, name string, v *document.Node) pairs {
	n, err := c.drawn(text(v))
	switch {
	case err != nil:
		c.lost(name, v, "the stack is of one string that Heat draws (%s), and not of %s: %v", strung, path.Base(text(v)), err)
	case n > resourcesMost:
		c.lost(name, v, "a stack here has %d resources at most, and not %d", resourcesMost, n)
	default:
		c.add(Other, v, "args."+name, "its strings have 16 letters and names of their own")
		return pairs{{"resources", n}}
	}
	return nil
}

// restacked tells whether what the stack is updated to is what it is updated to here.
func restacked(c *conversion, name string, v *document.Node) pairs {
	n, err := c.drawn(text(v))
	before, bad := c.drawn(text(c.workload.args.Get("template_path")))
	switch {
	case err != nil:
		c.lost(name, v, "the stack is updated to have one string more, and not to %s: %v", path.Base(text(v)), err)
	case bad == nil && n != before+1:
		c.lost(name, v, "the stack is updated to have one string more, and not from %d to %d", before, n)
	}
	return nil
}

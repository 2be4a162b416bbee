package file

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Corrupt is file.corrupt: in a file's place is a copy of it with other content,
// of the same owner and mode. Who opens it reads that; who has had it open before
// goes on with the one that was.
type Corrupt struct {
	Path   string         `yaml:"path" help:"the file; a regular one on a disk of the node, by its own name and over no link, that nobody has open for writing"`
	How    string         `yaml:"how" help:"overwrite: some bytes become the letter X; truncate: it ends early (default overwrite)"`
	Offset document.Bytes `yaml:"offset" help:"where the bytes begin, or the file ends (default 0)"`
	Length document.Bytes `yaml:"length" help:"how many bytes are overwritten, up to the end of the file (default 16, 1MiB at most)"`
	Most   document.Bytes `yaml:"most" help:"a larger file is refused (default 1MiB, 64MiB at most)"`
}

// NewCorrupt returns the defaults; which file has none.
func NewCorrupt() *Corrupt { return &Corrupt{How: "overwrite", Length: 16, Most: mib} }

// Validate refuses a file that may not be struck, and what would change nothing.
func (c *Corrupt) Validate() error {
	wrong := []error{place(c.Path), most(c.Most)}
	if hows := []string{"overwrite", "truncate"}; !slices.Contains(hows, c.How) {
		wrong = append(wrong, fmt.Errorf("how: %q is none of %q", c.How, hows))
	}
	if c.Offset < 0 {
		wrong = append(wrong, fmt.Errorf("offset: %s is under 0", c.Offset))
	}
	if c.How == "overwrite" && (c.Length < 1 || c.Length > mib) {
		wrong = append(wrong, fmt.Errorf("length: %s is not between 1B and 1MiB", c.Length))
	}
	return errors.Join(wrong...)
}

// Sizes are how many bytes are overwritten, or after how many the file ends; those that are
// asked for may be more than the file has.
func (c *Corrupt) Sizes() []faults.Size {
	if c.How == "truncate" {
		return []faults.Size{{Name: "length", Unit: "bytes", Asked: new(float64(c.Offset)), Seen: `ends after (\d+) of`}}
	}
	return []faults.Size{{Name: "overwritten", Unit: "bytes", Asked: new(float64(c.Length)), Seen: `^(\d+) of the \d+ bytes`}}
}

// Scripts returns the steps for a node, or for a service on one.
func (c *Corrupt) Scripts(target faults.Target) (faults.Scripts, error) {
	return steps{
		kind: "corrupt", path: c.Path, most: c.Most,
		args:  []string{c.How, strconv.FormatInt(int64(c.Offset), 10), strconv.FormatInt(int64(c.Length), 10)},
		tools: []string{"cp", "df", "tail"},
		check: text("corrupt.sh", "corrupt_preflight.sh"), prepare: text("corrupt.sh", "corrupt_prepare.sh"),
		inject: text("corrupt_inject.sh"), see: text("corrupt.sh", "corrupt_observe.sh"),
	}.scripts(target, c.Validate())
}

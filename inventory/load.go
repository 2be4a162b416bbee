package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// Load reads an inventory file. An error is a [document.Problems] with all
// that is wrong, or says why the file cannot be read.
func Load(file string) (*Cloud, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read inventory: %w", err)
	}
	return Read(file, data)
}

// Read is Load for bytes at hand. The name stands in messages, and relative
// paths in the inventory start from its folder. The cloud that it returns is
// complete: nodes carry the SSH defaults, and every service is in a group.
func Read(name string, data []byte) (*Cloud, error) {
	doc, problems := document.Parse(name, data)
	if doc == nil {
		return nil, problems
	}
	var s spec
	report := doc.Reporter()
	report.Conceal()
	report.Add(problems)
	report.Decode(doc.Root, &s)

	sum := sha256.Sum256(data)
	l := &loader{report: report, folder: filepath.Dir(name), cloud: &Cloud{File: name, Digest: hex.EncodeToString(sum[:])}}
	l.load(&s)
	if problems := report.Problems(); len(problems) > 0 {
		return nil, problems
	}
	return l.cloud, nil
}

// loader turns a file's words into a cloud and reports what has no meaning.
type loader struct {
	report *document.Reporter
	folder string
	cloud  *Cloud
}

func (l *loader) load(s *spec) {
	if s.Version.Given() && s.Version.V != Version {
		l.report.At(s.Version.Node).Hint("write version: %s", Version).Errorf("version %q is not known", s.Version.V)
	}
	l.head(&s.Cloud)
	l.cloud.SSH = l.ssh(SSH{}, &s.SSH)
	l.cloud.OpenStack = OpenStack{File: l.path(s.OpenStack.File), Cloud: s.OpenStack.Cloud}
	l.nodes(&s.Nodes)
	l.machines(&s.Machines)
	l.switches(&s.Switches)
	l.services(&s.Services)
	l.groups(&s.Groups)
}

func (l *loader) head(s *cloudSpec) {
	l.cloud.Name, l.cloud.Kind = s.Name.V, Real
	if s.Name.Given() {
		l.name("cloud", s.Name.V, s.Name.Node)
	}
	if s.Kind.Given() {
		l.cloud.Kind = Kind(s.Kind.V)
		if kinds := []string{string(Simulated), string(Lab), string(Real)}; !slices.Contains(kinds, s.Kind.V) {
			l.report.At(s.Kind.Node).Unknown("kind of cloud", s.Kind.V, kinds)
		}
	}
	if s.Chaos.Given() {
		l.cloud.Chaos = s.Chaos.V == "allowed"
		if !l.cloud.Chaos {
			l.report.At(s.Chaos.Node).Hint("the only value is allowed; to forbid chaos, leave the line out").
				Errorf("chaos: %q is not a value", s.Chaos.V)
		}
	}
}

// never reads the `chaos: never` of a node or service.
func (l *loader) never(chaos text) bool {
	if chaos.Given() && chaos.V != "never" {
		l.report.At(chaos.Node).Hint("the only value here is never; what the cloud allows is said once, under cloud").
			Errorf("chaos: %q is not a value", chaos.V)
	}
	return chaos.V == "never"
}

// name refuses names that could be misread in a path, a shell or a table.
func (l *loader) name(what, name string, at *document.Node) {
	if name != "" && !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`).MatchString(name) {
		l.report.At(at).Hint("names are of letters, digits, dot, dash and underscore, 63 at most").
			Errorf("%q cannot be the name of a %s", name, what)
	}
}

// path resolves ~ and what is relative to the inventory's folder.
func (l *loader) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	if rest, ok := strings.CutPrefix(p, "~"); ok && (rest == "" || rest[0] == '/') {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return filepath.Join(l.folder, p)
}

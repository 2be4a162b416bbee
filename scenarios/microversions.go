package scenarios

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/document"
)

var microversion = regexp.MustCompile(`^[0-9]+\.[0-9]+$`)

// microversions are those that loads ask for, by service.
func (l *loader) microversions(m document.Map[document.Value[string]]) map[string]string {
	chosen := map[string]string{}
	for _, e := range m.Entries {
		switch known := []string{"compute", "volume"}; {
		case !slices.Contains(known, e.Name):
			l.report.At(e.Key).Unknown("service with microversions", e.Name, known)
		case e.Value.Given() && !microversion.MatchString(e.Value.V):
			l.report.At(e.Node).Hint(`"2.79": what "latest" is would differ from cloud to cloud`).Errorf("microversions: %q is no microversion", e.Value.V)
		}
		chosen[e.Name] = e.Value.V
	}
	if len(chosen) == 0 {
		return nil
	}
	return chosen
}

// asked says which microversions are, in words.
func asked(microversions map[string]string) string {
	words := make([]string, 0, len(microversions))
	for _, service := range slices.Sorted(maps.Keys(microversions)) {
		words = append(words, service+" "+microversions[service])
	}
	return strings.Join(words, ", ")
}

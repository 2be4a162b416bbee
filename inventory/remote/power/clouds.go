package power

import (
	"cmp"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/inventory"
)

// certificates are the files for TLS that an entry of clouds.yaml names.
type certificates struct {
	CA   string `yaml:"cacert"`
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
}

// certificatesOf is empty where the files cannot be read, which is told by who reads
// the rest of them.
func certificatesOf(p *inventory.Power) certificates {
	var named certificates
	for _, file := range []string{filepath.Join(filepath.Dir(p.CloudsFile), "secure.yaml"), p.CloudsFile} {
		var found struct {
			Clouds map[string]certificates `yaml:"clouds"`
		}
		text, err := os.ReadFile(file)
		if err != nil || yaml.Unmarshal(text, &found) != nil {
			continue
		}
		entry := found.Clouds[p.Cloud]
		named = certificates{CA: cmp.Or(named.CA, entry.CA), Cert: cmp.Or(named.Cert, entry.Cert), Key: cmp.Or(named.Key, entry.Key)}
	}
	return named
}

package compute

import (
	"cmp"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"
)

// certificates are the files for TLS that an entry of clouds.yaml names.
type certificates struct {
	CA   string `yaml:"cacert"`
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
}

// certificatesOf is empty where the files cannot be read, which is told by who reads
// the rest of them.
func certificatesOf(file, entry string) certificates {
	var named certificates
	for _, each := range []string{filepath.Join(filepath.Dir(file), "secure.yaml"), file} {
		var found struct {
			Clouds map[string]certificates `yaml:"clouds"`
		}
		text, err := os.ReadFile(each)
		if err != nil || yaml.Unmarshal(text, &found) != nil {
			continue
		}
		has := found.Clouds[entry]
		named = certificates{CA: cmp.Or(named.CA, has.CA), Cert: cmp.Or(named.Cert, has.Cert), Key: cmp.Or(named.Key, has.Key)}
	}
	return named
}

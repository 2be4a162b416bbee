package power

import (
	"cmp"
	"crypto/tls"
	"os"
	"path/filepath"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/inventory"
)

// certificates are the files for TLS that an entry of clouds.yaml names.
type certificates struct {
	CA   string `yaml:"cacert"`
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
}

// readClouds reads a node's entry of clouds.yaml, and of the secure.yaml beside it.
// They alone count: what a shell's environment says is of another cloud, perhaps, and
// who gives the power back may have another.
func readClouds(p *inventory.Power) (gophercloud.AuthOptions, gophercloud.EndpointOpts, *tls.Config, error) {
	named := certificatesOf(p)
	auth, endpoint, secure, err := clouds.Parse(clouds.WithLocations(p.CloudsFile), clouds.WithCloudName(p.Cloud),
		clouds.WithRegion(""), clouds.WithEndpointType(""),
		clouds.WithCACertPath(named.CA), clouds.WithClientCertPath(named.Cert), clouds.WithClientKeyPath(named.Key))
	if err != nil {
		return auth, endpoint, nil, err
	}
	if secure == nil {
		secure = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if named.CA == "" && os.Getenv("OS_CACERT") != "" {
		secure.RootCAs = nil // this machine's own
	}
	if named.Cert == "" && os.Getenv("OS_CERT") != "" {
		secure.Certificates = nil
	}
	return auth, endpoint, secure, nil
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

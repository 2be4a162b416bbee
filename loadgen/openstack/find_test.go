package openstack_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

func TestChoose(t *testing.T) {
	all := []string{"cirros-0.5.2-disk", "cirros-0.6.2-disk", "debian", "/debian/"}
	names := func(name string) (string, string) { return "id-" + name, name }
	for wanted, want := range map[string]string{
		"":                   "id-cirros-0.5.2-disk",
		"debian":             "id-debian",
		"id-debian":          "id-debian",
		"/^cirros.*6.*disk/": "id-cirros-0.6.2-disk",
		"/^deb/":             "id-debian",
		"/debian/":           "id-/debian/", // one that is called so goes first
	} {
		id, err := openstack.Choose("image", wanted, all, names)
		require.NoError(t, err, wanted)
		require.Equal(t, want, id, wanted)
	}
	for wanted, want := range map[string]string{
		"ubuntu":    `find image: the cloud has none with the name or id "ubuntu"`,
		"/ubuntu/":  "find image: the cloud has none whose name fits /ubuntu/",
		"/^cirros/": "find image: /^cirros/ fits several: cirros-0.5.2-disk, cirros-0.6.2-disk",
		"/(/":       "find image: /(/ is no pattern: error parsing regexp: missing closing ): `(`",
		"//":        `find image: the cloud has none with the name or id "//"`,
	} {
		_, err := openstack.Choose("image", wanted, all, names)
		require.EqualError(t, err, want)
	}
	_, err := openstack.Choose("image", "", nil, names)
	require.EqualError(t, err, "find image: the cloud has none that would do")
	require.NoError(t, openstack.CheckChoice("image", "/^a.*b$/"))
	require.EqualError(t, openstack.CheckChoice("image", "/(/"), "image: /(/ is no pattern: error parsing regexp: missing closing ): `(`")
}

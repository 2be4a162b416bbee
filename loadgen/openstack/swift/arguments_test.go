package swift_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/openstack/swift"
)

func TestArgumentsHaveLimits(t *testing.T) {
	w := swift.NewCreateContainerAndObjectThenDeleteAll()
	require.NoError(t, w.Validate())
	w.Objects, w.Size = 100, 5<<30
	require.NoError(t, w.Validate())
	w.Objects, w.Size = 101, 5<<30+1
	require.ErrorContains(t, w.Validate(), "objects: must be from 1 to 100")
	require.ErrorContains(t, w.Validate(), "size: must be from 1B to 5GiB")
	w.Objects, w.Size, w.Keep = 0, 0, -1
	require.ErrorContains(t, w.Validate(), "objects: must be from 1 to 100")
	require.ErrorContains(t, w.Validate(), "size: must be from 1B to 5GiB")
	require.ErrorContains(t, w.Validate(), "keep: must be from 0 to 100")
}

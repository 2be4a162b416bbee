//go:build openstack

package middleware_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// The small lab has no message queue.
func TestEveryKindOfRabbitMQOnAWholeOpenStack(t *testing.T) {
	on := func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		bed, _ := realBed(t, labtest.OpenStack(t), t.Name())
		f(t, bed)
	}
	kinds := slices.DeleteFunc(faulttest.Kinds(t, "middleware"), func(kind string) bool { return !strings.HasPrefix(kind, "rabbitmq.") })
	familytest.EveryKind(t, on, kinds, newFault)
}

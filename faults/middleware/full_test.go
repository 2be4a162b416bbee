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

// queues are the kinds that strike the message queue, which the small lab has not.
func queues(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(faulttest.Kinds(t, "middleware"), func(kind string) bool { return !strings.HasPrefix(kind, "rabbitmq.") })
}

func TestEveryKindOnAWholeOpenStack(t *testing.T) {
	on := func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		bed, _ := realBed(t, labtest.OpenStack(t), t.Name())
		f(t, bed)
	}
	familytest.EveryKind(t, on, queues(t), newFault)
}

func TestEngineKilledOnAWholeOpenStack(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, queues(t)), newFault, func(t *testing.T, kind string) (faulttest.Bed, string) {
		t.Helper()
		return realBed(t, labtest.OpenStack(t), kind)
	})
}

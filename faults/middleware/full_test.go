//go:build openstack

package middleware_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// The small lab has no message queue.
func TestEveryKindOfRabbitMQOnAWholeOpenStack(t *testing.T) {
	for _, kind := range faulttest.Kinds(t, "middleware") {
		if !strings.HasPrefix(kind, "rabbitmq.") {
			continue
		}
		t.Run(kind, func(t *testing.T) {
			on := func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
				t.Helper()
				bed, _ := realBed(t, labtest.OpenStack(t), kind)
				f(t, bed)
			}
			faulttest.Kind(t, on, func() faults.Fault {
				fault, ok := newFault(kind)
				require.True(t, ok)
				return fault
			})
		})
	}
}

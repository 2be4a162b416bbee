package faulttest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
)

// BrokenOff lets an inject through that is kept from outside, and breaks it off as soon
// as its keeper tells that event of it.
func BrokenOff(t *testing.T, bed Bed, i *faults.Injection, event string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fired := make(chan error, 1)
	go func() { fired <- i.Fire(ctx, Admit) }()
	Eventually(t, 30*time.Second, "its keeper tells "+event, func() bool {
		return strings.Contains(bed.Told(t, i.Targets()[0].Target.ID), " "+event+" ")
	})
	cancel()
	require.Error(t, <-fired)
}

package reports

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// Held ends where the undo begins: of one that takes long it is told when it was over.
func TestAnUndoThatTakesLongIsTold(t *testing.T) {
	a := kpi.Compute(example.Passing(), kpi.Settings{})
	require.Equal(t, "verified, by engine", faultRows(a)[0].Undo.Word)
	late := *a.Faults[0].UndoFrom + 14690*time.Millisecond
	a.Faults[0].Undone = &late
	require.Equal(t, "verified, by engine, after 14.7 s", faultRows(a)[0].Undo.Word)
}

package kpi_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
)

// A kind that is misspelt, or that was renamed, would be read by nothing.
func TestKindsThatCausesAreReadByAreThere(t *testing.T) {
	table, err := os.ReadFile("../docs/faults.md")
	require.NoError(t, err)
	var rows []string // by their first cell
	for line := range strings.Lines(string(table)) {
		if first, _, is := strings.Cut(line, "| "); is && first == "" {
			cell, _, _ := strings.Cut(line[2:], "|")
			rows = append(rows, "| "+cell)
		}
	}
	require.Greater(t, len(kpi.ReadKinds()), 20)
	for _, kind := range kpi.ReadKinds() {
		require.Contains(t, rows, "| `"+kind+"` ")
	}
}

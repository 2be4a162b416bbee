package main

import (
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

func TestNoFlagTakesLessThanNoTime(t *testing.T) {
	seen := 0
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, name := range []string{"patience", "lease", "settle"} {
			flag := cmd.Flags().Lookup(name)
			if flag == nil {
				continue
			}
			seen++
			require.ErrorContains(t, flag.Value.Set("-1s"), "no time in which", "%s --%s", cmd.CommandPath(), flag.Name)
			require.ErrorContains(t, flag.Value.Set("5"), "no duration", "%s --%s", cmd.CommandPath(), flag.Name)
			require.NoError(t, flag.Value.Set("90s"))
			require.Equal(t, "1m30s", flag.Value.String())
		}
		for _, below := range cmd.Commands() {
			walk(below)
		}
	}
	walk(newRootCommand(nil))
	require.Equal(t, 9, seen)
}

func TestOnlyWhatMayBeNoTimeIsNone(t *testing.T) {
	var patience, settle time.Duration
	cmd := &cobra.Command{}
	registerLength(cmd, &patience, "patience", time.Minute, "")
	registerLength(cmd, &settle, "settle", 0, "")
	require.Equal(t, time.Minute, patience)
	require.Error(t, cmd.Flags().Set("patience", "0s"))
	require.NoError(t, cmd.Flags().Set("settle", "0s"))
	require.Equal(t, time.Minute, patience, "what is refused is not taken")
}

package main

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// What takes longer than two seconds says so, and what does not says nothing.
func TestWhatTakesLongerSaysSo(t *testing.T) {
	for took, want := range map[time.Duration]string{
		1900 * time.Millisecond: "",
		3 * time.Second:         "eris: reading records, for 2 s so far\n",
		13 * time.Second:        "eris: reading records, for 2 s so far\neris: reading records, for 12 s so far\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			var said bytes.Buffer
			cmd := telling("reading records", &cobra.Command{RunE: func(*cobra.Command, []string) error {
				time.Sleep(took)
				return nil
			}})
			cmd.SetErr(&said)
			require.NoError(t, cmd.RunE(cmd, nil))
			time.Sleep(time.Minute)
			require.Equal(t, want, said.String())
		})
	}
}

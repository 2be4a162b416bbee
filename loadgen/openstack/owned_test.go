package openstack_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

func TestARunsThingsAreKnownByTheWholeShapeOfTheirNames(t *testing.T) {
	const id = "20261121T093000Z-keystone-max-loss-7f3c"
	for name, mine := range map[string]bool{
		"eris-" + id + "-boots-7":              true,
		"eris-" + id + "-boots-2-shared":       true,
		"eris-" + id + "-boots-shared3":        true,
		"eris-" + id + "-boots-shared3b":       false,
		"eris-" + id + "-steady-state-0":       true,
		"eris-" + id + "-a_b-0":                true,
		"eris-" + id + "-boots-7-shelved":      true,
		"eris-" + id + "-boots--shelved":       false,
		"eris-" + id + "-boots-seven":          false,
		"eris-" + id + "-boots-7 copy":         false,
		"eris-" + id + "-boots-":               false,
		"eris-" + id + "-7":                    false,
		"eris-" + id + "-Boots-7":              false,
		"eris-" + id:                           false,
		"my eris-" + id + "-boots-7":           false,
		"eris-boots-7":                         false,
		"eris-":                                false,
		"":                                     false,
		"eris-20261121T093000Z-boots-7":        false,
		"eris-20261121T093000Z-x-7f3-boots-7":  false,
		"eris-20261121T093000Z-x-7f3g-boots-7": false,
		"eris-20261321T093000Z-x-7f3c-boots-7": false,
		"eris-20261121T093000Z-X-7f3c-boots-7": false,
		"eris-20261121T093000Z--7f3c-boots-7":  false,
		"eris-20261121-x-7f3c-boots-7":         false,
	} {
		require.Equal(t, mine, openstack.OfAnyRun{}.Made(name, ""), name)
		require.Equal(t, mine, openstack.OfRun(id).Made(name, ""), name)
		require.Equal(t, mine, openstack.OfRun(id).Made(name, id), name)
		require.False(t, openstack.OfRun(id).Made(name, "another"), name)
		require.False(t, openstack.OfAnyRun{}.Made(name, "another"), name)
		require.False(t, openstack.OfAnyRun{But: []string{id}}.Made(name, ""), name)
	}
	const other = "20261121T093000Z-another-7f3c"
	require.False(t, openstack.OfRun(other).Made("eris-"+id+"-boots-7", ""))
	require.True(t, openstack.OfAnyRun{But: []string{other}}.Made("eris-"+id+"-boots-7", ""))
	require.False(t, openstack.OfAnyRun{But: []string{other}}.Made("eris-"+id+"-boots-7", other))
}

// Of a run that began after the question which ones go on, nobody knows.
func TestARunThatBeganLaterIsNobodys(t *testing.T) {
	var young []string
	all := openstack.OfAnyRun{Before: time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC), Young: func(run string) { young = append(young, run) }}
	require.True(t, all.Made("eris-20261121T092959Z-x-7f3c-boots-7", ""))
	require.Empty(t, young)
	require.False(t, all.Made("eris-20261121T093000Z-x-7f3c-boots-7", ""))
	require.False(t, all.Made("eris-20261121T093000Z-x-7f3c-boots-seven", ""))
	require.Equal(t, []string{"20261121T093000Z-x-7f3c"}, young)
}

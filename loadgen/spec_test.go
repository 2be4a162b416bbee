package loadgen_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/loadgen"
)

func TestSpecIsReadFromADocument(t *testing.T) {
	spec := loadgen.DefaultSpec()
	doc := `{arrivals: {rate: 600/min, process: poisson}, pool: 8, timeout: 5s}`
	require.NoError(t, yaml.Unmarshal([]byte(doc), &spec))
	want := loadgen.DefaultSpec()
	want.Arrivals = &loadgen.Arrivals{Rate: 10, Process: loadgen.Poisson}
	want.Pool, want.Timeout = 8, 5*time.Second
	require.Equal(t, want, spec)
	require.Empty(t, spec.Validate())
	require.Equal(t, "open", spec.Model())
	require.Equal(t, "10/s", spec.Arrivals.Rate.String())
}

func TestRateNeedsANumberAndAUnit(t *testing.T) {
	for _, bad := range []string{"10", "10/day", "-1/s", "0/s", "x/s", "NaN/s", "1e9/s", ""} {
		var r loadgen.Rate
		require.Error(t, r.UnmarshalText([]byte(bad)), bad)
	}
	var r loadgen.Rate
	require.NoError(t, r.UnmarshalText([]byte(" 7200/h ")))
	require.Equal(t, loadgen.Rate(2), r)
}

func TestValidateNamesEverythingThatIsWrong(t *testing.T) {
	fields := func(s loadgen.Spec) (names []string) {
		for _, e := range s.Validate() {
			names = append(names, e.Field)
		}
		return names
	}
	require.Equal(t, []string{"arrivals"}, fields(loadgen.DefaultSpec()))
	require.Equal(t, []string{"arrivals", "timeout", "give_up"}, fields(loadgen.Spec{}))
	both := loadgen.DefaultSpec()
	both.Arrivals, both.Concurrency = &loadgen.Arrivals{Rate: 1}, 1
	require.Equal(t, []string{"concurrency"}, fields(both))
	bad := loadgen.Spec{
		Arrivals: &loadgen.Arrivals{Process: "random"}, Think: -1, Drain: -1,
	}
	require.Equal(t, []string{"arrivals.rate", "arrivals.process", "think", "pool", "timeout", "give_up", "think", "drain"}, fields(bad))
}

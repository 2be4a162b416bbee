package rally_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/scenarios/rally"
)

func TestTheSurveyCountsWorkloadsAndReasons(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	s, err := rally.Try(fstest.MapFS{
		"a/whole.json": file(`{"Authenticate.keystone": [{"runner": {"type": "constant", "timeout": 3}}]}`),
		"a/users.yaml": file(`Authenticate.keystone: [{context: {users: {}}}, {context: {users: {tenants: 2, users_per_tenant: 4}, keypair: {}}}]`),
		"part.yml":     file(`Authenticate.keystone: [{context: {users: {tenants: 3}, keypair: {}}, sla: {outliers: {max: 1}}}]`),
		"none.json":    file(`{"HeatStacks.list": [{}], "HeatStacks.create": [{}]}`),
		"broken.yaml":  file("a: ["),
		"README.rst":   file("no task"),
	}, options(t))
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, s.Markdown(&b))
	require.Equal(t, `5 task files with 6 workloads.

| carried over | workloads | share |
| --- | ---: | ---: |
| as it is, but for a limit to an iteration where Rally has none | 1 | 16.7 % |
| whole, and some of it other than in Rally | 0 | 0.0 % |
| whole, once what Rally makes before is there | 1 | 16.7 % |
| in part | 2 | 33.3 % |
| not | 2 | 33.3 % |

## Not carried over, by service

| scenarios of Rally | workloads | of them for no other reason |
| --- | ---: | ---: |
| HeatStacks | 2 | 2 |

## Carried over in part: what is lost

| what, and why | workloads | of them for no other reason |
| --- | ---: | ---: |
| `+"`contexts.users`: iterations are spread over N projects with N users each; here all are sent by the inventory's one user: new projects would not have what keypair wants there"+` | 2 | 1 |
| `+"`sla.outliers`: objectives compare percentiles with limits or between phases, and no iteration with others"+` | 1 | 0 |

## To be there before the run

| what | workloads |
| --- | ---: |
| contexts.keypair | 2 |
| contexts.users | 1 |

## Other than in Rally

| what, and how | workloads |
| --- | ---: |
| `+"`runner.timeout`: Rally sets no limit to an iteration; here it is 10m"+` | 3 |

## Refused

- broken.yaml:1:5: not valid YAML: did not find expected node content
`, b.String())
	_, err = rally.Try(fstest.MapFS{"README.rst": file("no task")}, options(t))
	require.ErrorContains(t, err, "there is no .yaml, .yml or .json")
}

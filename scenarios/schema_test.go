package scenarios_test

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/scenarios"
)

func TestTheSchemaAcceptsWhatTheLoaderDoes(t *testing.T) {
	var b bytes.Buffer
	known := kinds()
	known.Collectors = collectors.Catalogue()
	require.NoError(t, known.Schema(&b))
	document, err := jsonschema.UnmarshalJSON(&b)
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("scenario.schema.json", document))
	schema, err := compiler.Compile("scenario.schema.json")
	require.NoError(t, err)
	validate := func(source string) error {
		var value any
		require.NoError(t, yaml.Load([]byte(source), &value))
		return schema.Validate(value)
	}
	entries, err := scenarios.Library()
	require.NoError(t, err)
	for _, e := range entries {
		require.NoError(t, validate(string(e.Source)), e.Name)
	}

	good := "version: eris/v1\nname: x\nphases: {chaos: 5s}\nstop_when: none\n"
	require.NoError(t, validate(good))
	require.NoError(t, validate(good+"collectors: {a: {kind: node, on: {role: x}}, b: {kind: quotas, args: {apis: [compute]}}}\n"))
	for _, bad := range []string{
		"nme: x\n",
		"expect: breech\n",
		"loads: {a: {workload: keystone.isue_token}}\n",
		"loads: {a: {workload: keystone.issue_token, arrivals: {rate: 1/s, process: poison}}}\n",
		"faults: {a: {fault: service.kill, target: {service: x}, hold: 30}}\n",
		"faults: {a: {fault: service.kill, target: {servce: x}, hold: 30s}}\n",
		"faults: {a: {fault: service.kill, args: {singal: KILL}, target: {service: x}, hold: 30s}}\n",
		"faults: {a: {fault: service.kill, target: {service: x}}}\n",
		"collectors: {a: {kind: node}}\n",
		"collectors: {a: {kind: quotas, on: {role: x}}}\n",
	} {
		require.Error(t, validate(good+bad), bad)
	}
	require.Error(t, validate("version: eris/v1\nname: x\nphases: {chaos: 5s}\n"))
}

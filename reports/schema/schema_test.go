package schema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"
	"time"

	reflector "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
	"github.com/openstack-eris/eris/reports/schema"
)

// numbers are the types that are null where nobody knows.
var numbers = map[reflect.Type]string{reflect.TypeFor[*float64](): "number", reflect.TypeFor[*int64](): "integer"}

// current is the schema of kpi.Result as it is now. Members may be added later,
// so strangers are allowed; what is null has a meaning, so it is told apart.
func current(t *testing.T) []byte {
	t.Helper()
	r := reflector.Reflector{
		AllowAdditionalProperties: true,
		ExpandedStruct:            true,
		Mapper: func(typ reflect.Type) *reflector.Schema {
			switch typ {
			case reflect.TypeFor[kpi.Verdict](), reflect.TypeFor[kpi.State](), reflect.TypeFor[record.TestedKind]():
				return words(t, typ)
			}
			return nil
		},
	}
	s := r.Reflect(&kpi.Result{})
	s.ID = "https://github.com/openstack-eris/eris/raw/main/reports/schema/run.schema.json"
	s.Title = "run.json of Eris, " + kpi.Schema
	for _, typ := range []reflect.Type{
		reflect.TypeFor[kpi.Objective](), reflect.TypeFor[kpi.Fault](), reflect.TypeFor[kpi.Load](), reflect.TypeFor[kpi.Window](), reflect.TypeFor[kpi.KPI](), reflect.TypeFor[kpi.Elsewhere](), reflect.TypeFor[kpi.NodeClock](), reflect.TypeFor[kpi.WorkerPart](), reflect.TypeFor[kpi.Collecting](),
	} {
		for field := range typ.Fields() {
			if kind, is := numbers[field.Type]; is {
				s.Definitions[typ.Name()].Properties.Set(field.Tag.Get("json"), &reflector.Schema{
					AnyOf: []*reflector.Schema{{Type: kind}, {Type: "null"}}})
			}
		}
	}
	s.Definitions["ErrorText"].Properties.Set("count", &reflector.Schema{AnyOf: []*reflector.Schema{{Type: "integer"}, {Type: "null"}}})
	for _, closed := range sets(t) {
		properties := s.Definitions[closed.of.Name()].Properties
		_, ok := properties.Get(closed.member)
		require.True(t, ok, "%s has no %s", closed.of, closed.member)
		properties.Set(closed.member, closed.words)
	}
	version, ok := s.Properties.Get("schema")
	require.True(t, ok)
	version.Const = kpi.Schema
	text, err := json.MarshalIndent(s, "", "  ")
	require.NoError(t, err)
	return append(text, '\n')
}

func TestSchemaIsThatOfTheResult(t *testing.T) {
	want := current(t)
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile("run.schema.json", want, 0o644))
		return
	}
	require.Equal(t, string(want), string(schema.Run()), "run: UPDATE=1 go test ./reports/schema")
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Run()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("run.schema.json", document))
	s, err := c.Compile("run.schema.json")
	require.NoError(t, err)
	return s
}

func TestExamplesAreValid(t *testing.T) {
	s := compiled(t)
	for name, rec := range map[string]kpi.Record{
		"passing": example.Passing(), "failing": example.Failing(), "unknown": example.Unknown(), "cut off": example.CutOff(),
		"killed while the fault was held": example.Killed(36 * time.Second), "killed in the baseline": example.Killed(8 * time.Second),
		"empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			var text bytes.Buffer
			require.NoError(t, reports.WriteJSON(&text, &kpi.Compute(rec, kpi.Settings{}).Result))
			document, err := jsonschema.UnmarshalJSON(&text)
			require.NoError(t, err)
			require.NoError(t, s.Validate(document))
		})
	}
}

func TestSchemaRefusesWhatIsWrong(t *testing.T) {
	s := compiled(t)
	var text bytes.Buffer
	require.NoError(t, reports.WriteJSON(&text, &kpi.Compute(example.Passing(), kpi.Settings{}).Result))
	for name, spoil := range map[string]func(map[string]any){
		"another version":            func(d map[string]any) { d["schema"] = "eris.run/v2" },
		"a verdict of its own":       func(d map[string]any) { d["verdict"] = "maybe" },
		"no objectives":              func(d map[string]any) { delete(d, "objectives") },
		"a null list":                func(d map[string]any) { d["gaps"] = nil },
		"a duration as a text":       func(d map[string]any) { d["duration_ms"] = "80s" },
		"a state of its own":         func(d map[string]any) { d["kpis"].([]any)[0].(map[string]any)["state"] = "maybe" },
		"a fault's state of its own": func(d map[string]any) { d["faults"].([]any)[0].(map[string]any)["state"] = "maybe" },
		"a severity of its own":      func(d map[string]any) { d["objectives"].([]any)[0].(map[string]any)["severity"] = "major" },
		"a model of its own":         func(d map[string]any) { d["loads"].([]any)[0].(map[string]any)["model"] = "ajar" },
		"a value that is a word":     func(d map[string]any) { d["kpis"].([]any)[0].(map[string]any)["value"] = "much" },
	} {
		var d map[string]any
		require.NoError(t, json.Unmarshal(text.Bytes(), &d))
		spoil(d)
		require.Error(t, s.Validate(d), name)
	}
}

package scenarios

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
)

// schema is a JSON Schema, of the draft that editors understand best.
type schema map[string]any

// Schema writes a JSON Schema of scenario files, for editors: keys, kinds and
// their arguments. It is made from the structs that the loader decodes into,
// and accepts whatever the loader does; the loader is the stricter of the two.
func (c *Catalogue) Schema(w io.Writer) error {
	root := object(document.Describe(&grammar{}), map[string]schema{
		"version":       {"const": version},
		"expect":        {"const": "breach"},
		"phases":        object(document.Describe(&phases{}), map[string]schema{"until": {"enum": []string{untilStopped, untilLoadsEnded}}}),
		"steady_state":  {"type": "array", "items": schema{"anyOf": []schema{{"type": "string"}, wrapped("check", checkSchema(c))}}},
		"tenants":       entries(tenantsSchema()),
		"microversions": entries(schema{"type": []string{"string", "number"}}),
		"loads":         entries(loadSchema(c)),
		"collectors":    entries(collectorSchema(c)),
		"captures":      entries(captureSchema(c)),
		"faults":        entries(faultSchema(c)),
		"stop_when": {"anyOf": []schema{
			{"const": "none"}, {"type": "array", "items": schema{"type": "string"}}, wrapped("none", schema{"type": "string"}),
		}},
		"thresholds": object(document.Describe(&thresholds{}), nil),
		"objectives": {"type": "array", "items": schema{"anyOf": []schema{
			{"type": "string"}, object(document.Describe(&plainObjective{}), map[string]schema{"objective": {"type": "string"}, "severity": {"enum": []string{Major, Minor}}}),
		}}},
		"small": {"type": "object"},
	})
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = "Eris scenario"
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return fmt.Errorf("write schema: %w", err)
	}
	return nil
}

func tenantsSchema() schema {
	return object(document.Describe(&tenantsEntry{}), map[string]schema{
		"spread":  {"enum": []string{"turns", "random"}},
		"quotas":  entries(entries(schema{"type": "integer"})),
		"flavors": entries(object(document.Describe(&tenantFlavor{}), map[string]schema{"extra_specs": entries(ofType("string"))})),
		"images": entries(object(document.Describe(&tenantImage{}), map[string]schema{
			"disk_format": {"enum": diskFormats()}, "container_format": {"enum": containerFormats()},
		})),
	})
}

func loadSchema(c *Catalogue) schema {
	s := object(document.Describe(&loadEntry{Spec: loadgen.DefaultSpec()}), map[string]schema{
		"workload": {"enum": c.Workloads.Names()},
		"arrivals": arrivalsSchema(),
		"args":     {"type": "object"},
		"session":  {"enum": []string{reusedSession, freshSession}},
		"start":    triggered(&moment{}),
		"end":      triggered(&moment{}),
		"changes":  {"type": "array", "items": triggered(&turn{})},
	})
	s["allOf"] = arguments("workload", c.Workloads)
	return s
}

func arrivalsSchema() schema {
	return object(document.Describe(&loadgen.Arrivals{}), map[string]schema{
		"process": {"enum": []string{string(loadgen.Constant), string(loadgen.Poisson)}},
		"ramp":    object(document.Describe(&loadgen.Ramp{}), nil),
		"steps":   {"type": "array", "items": object(document.Describe(&loadgen.Step{}), nil)},
		"sine":    object(document.Describe(&loadgen.Sine{}), nil),
		"trace":   object(document.Describe(&loadgen.Trace{}), nil),
		"phases":  object(document.Describe(&loadgen.PhaseRates{}), nil),
		"max":     object(document.Describe(new(loadgen.DefaultSearch())), nil),
	})
}

func checkSchema(c *Catalogue) schema {
	s := object(document.Describe(&checkEntry{}), map[string]schema{"workload": {"enum": c.Workloads.Names()}, "args": {"type": "object"}})
	s["allOf"] = arguments("workload", c.Workloads)
	return s
}

func collectorSchema(c *Catalogue) schema {
	s := object(document.Describe(&collectEntry{}), map[string]schema{
		"kind": {"enum": c.Collectors.Names()}, "args": {"type": "object"},
		"on": object(document.Describe(inventory.Selector{}), nil),
	})
	onNodes := slices.DeleteFunc(c.Collectors.Names(), func(name string) bool {
		kind, _ := c.Collectors.Lookup(name)
		_, direct := kind.New().(collectors.Direct)
		return direct
	})
	s["allOf"] = append(arguments("kind", c.Collectors), schema{
		"if":   schema{"properties": map[string]schema{"kind": {"enum": onNodes}}},
		"then": schema{"required": []string{"on"}},
		"else": schema{"not": schema{"required": []string{"on"}}},
	})
	return s
}

func captureSchema(c *Catalogue) schema {
	s := object(document.Describe(&captureEntry{}), map[string]schema{
		"kind": {"enum": c.Captures.Names()}, "args": {"type": "object"},
		"on":    object(document.Describe(inventory.Selector{}), nil),
		"start": triggered(&moment{}),
	})
	s["allOf"] = arguments("kind", c.Captures)
	return s
}

func faultSchema(c *Catalogue) schema {
	s := object(document.Describe(&faultEntry{}), map[string]schema{
		"fault": {"enum": c.Faults.Names()}, "args": {"type": "object"},
		"target": object(document.Describe(&Target{}), map[string]schema{"count": {"type": []string{"integer", "string"}}}),
		"start":  triggered(&startEntry{}),
		"end":    object(document.Describe(&endEntry{}), nil),
		"repeat": object(document.Describe(&repeatEntry{}), nil),
	})
	s["allOf"] = arguments("fault", c.Faults)
	s["oneOf"] = []schema{{"required": []string{"hold"}}, {"required": []string{"end"}}}
	return s
}

// triggered is a moment that is waited for.
func triggered(entry any) schema {
	return object(document.Describe(entry), map[string]schema{
		"phase":     {"enum": record.Phases()},
		"otherwise": {"enum": []string{string(Skip), string(Fail), string(Fire)}},
		"iteration": object(document.Describe(&iterationStart{}), nil),
		"random":    object(document.Describe(&randomStart{}), nil),
	})
}

// object is a mapping of these keys and no others; a key can have a schema of
// its own.
func object(keys []document.Argument, own map[string]schema) schema {
	properties, required := map[string]schema{}, []string{}
	for _, key := range keys {
		property, ok := own[key.Name]
		if !ok {
			property = ofType(key.Type)
		}
		if key.Help != "" {
			property["description"] = key.Help
		}
		properties[key.Name] = property
		if key.Required {
			required = append(required, key.Name)
		}
	}
	s := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// ofType is the schema for a type's word in descriptions.
func ofType(word string) schema {
	if item, ok := strings.CutPrefix(word, "list of "); ok {
		return schema{"type": "array", "items": ofType(item)}
	}
	switch word {
	case "whole number":
		return schema{"type": "integer"}
	case "number":
		return schema{"type": "number"}
	case "true or false":
		return schema{"type": "boolean"}
	case "duration":
		return schema{"type": "string", "pattern": `^([0-9.]+(ns|us|µs|ms|s|m|h))+$`}
	case "percent":
		return schema{"type": "string", "pattern": `^[0-9.]+%$`}
	case "rate":
		return schema{"type": "string", "pattern": "^([0-9.]+ */ *[a-z0-9]+|[0-9.]+ *% of max|none)$"}
	case "rate, none or hold":
		return schema{"type": "string", "pattern": "^([0-9.]+ */ *[a-z0-9]+|[0-9.]+ *% of max|none|hold)$"}
	case "string":
		return schema{"type": []string{"string", "number", "boolean"}} // YAML may read a word as one of them
	}
	return schema{}
}

func entries(of schema) schema { return schema{"type": "object", "additionalProperties": of} }

func wrapped(key string, of schema) schema {
	return schema{"type": "object", "properties": map[string]schema{key: of}, "required": []string{key}, "additionalProperties": false}
}

// arguments say for each kind what its args may be.
func arguments[T any](key string, kinds *document.Kinds[T]) []schema {
	var cases []schema
	for _, name := range kinds.Names() {
		kind, _ := kinds.Lookup(name)
		described := document.Describe(any(kind.New()))
		if slices.ContainsFunc(described, func(a document.Argument) bool { return strings.Contains(a.Name, ".") }) {
			continue // inner mappings are left to the loader
		}
		cases = append(cases, schema{
			"if":   schema{"properties": map[string]schema{key: {"const": name}}},
			"then": schema{"properties": map[string]schema{"args": object(described, nil)}},
		})
	}
	return cases
}

package document

import (
	"reflect"
	"strings"
)

// field is one key that a struct knows.
type field struct {
	name     string
	index    []int
	required bool
	help     string
}

// structFields lists the keys of a struct type in order. A field without a
// yaml tag, or with the tag "-", is no key.
func structFields(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if option == "inline" {
			for _, inner := range structFields(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				fields = append(fields, inner)
			}
			continue
		}
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		fields = append(fields, field{
			name: name, index: []int{i},
			required: f.Tag.Get("required") == "true", help: f.Tag.Get("help"),
		})
	}
	return fields
}

func fieldNames(fields []field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

package document

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Argument describes one key that a kind's arguments know.
type Argument struct {
	Name     string `json:"name"` // dotted where it lies in an inner mapping
	Type     string `json:"type"` // in words: duration, percent, list of string, …
	Default  string `json:"default,omitempty"`
	Required bool   `json:"required,omitempty"`
	Help     string `json:"help,omitempty"`
}

// Typed is an argument type that has its own word for what it takes.
type Typed interface{ DocumentType() string }

// Describe lists the arguments of a struct (or pointer to one) that holds its
// defaults, in the order of its fields. It reads the tags `yaml`, `help` and
// `required`.
func Describe(args any) []Argument {
	v := reflect.ValueOf(args)
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	return describe(v, "")
}

func describe(v reflect.Value, prefix string) []Argument {
	var list []Argument
	for _, f := range structFields(v.Type()) {
		value := v.FieldByIndex(f.index)
		word := typeWord(value.Type())
		if word == "mapping" && f.help == "" && value.Kind() == reflect.Struct {
			list = append(list, describe(value, prefix+f.name+".")...)
			continue
		}
		list = append(list, Argument{
			Name: prefix + f.name, Type: word, Default: defaultText(value),
			Required: f.required, Help: f.help,
		})
	}
	return list
}

// typeWord names a Go type as a document's author sees it.
func typeWord(t reflect.Type) string {
	if typed, ok := reflect.TypeAssert[Typed](reflect.New(t)); ok {
		return typed.DocumentType()
	}
	switch reflect.New(t).Interface().(type) {
	case *time.Duration:
		return "duration"
	case *Percent:
		return "percent"
	case *Rate:
		return "rate"
	case *Bytes:
		return "size"
	case **Node:
		return "any"
	case Unmarshaler:
		return "value"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeWord(t.Elem())
	case reflect.Slice:
		return "list of " + typeWord(t.Elem())
	case reflect.Map:
		return "map of " + typeWord(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "whole number"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Struct:
		if _, ok := reflect.TypeAssert[encoding.TextUnmarshaler](reflect.New(t)); !ok {
			return "mapping"
		}
	}
	return "string"
}

// DocumentType is the word for the value inside.
func (v *Value[T]) DocumentType() string { return typeWord(reflect.TypeFor[T]()) }

// DocumentType is the word for such a mapping.
func (m *Map[T]) DocumentType() string { return "map of " + typeWord(reflect.TypeFor[T]()) }

// defaultText is the value that holds when the argument is left out; empty
// when there is none.
func defaultText(v reflect.Value) string {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	if v.IsZero() {
		return ""
	}
	if inner := v; inner.Kind() == reflect.Struct && inner.FieldByName("V").IsValid() {
		return defaultText(inner.FieldByName("V"))
	}
	if s, ok := reflect.TypeAssert[fmt.Stringer](v); ok {
		return s.String()
	}
	if v.Kind() == reflect.Slice {
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = defaultText(v.Index(i))
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v.Interface())
}

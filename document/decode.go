package document

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Decode decodes a node into a pointer and reports every problem. What the
// node does not give keeps the value it has, so that defaults are filled in
// beforehand.
//
// Known are structs (fields by their `yaml` tag; `yaml:",inline"` for embedded
// ones; `required:"true"`), maps with string keys, [Map], [Value], slices,
// pointers, strings, booleans, numbers, [time.Duration] with a unit, *[Node]
// for what is decoded later, [Unmarshaler] and [encoding.TextUnmarshaler].
// Another type is a programming error and panics.
func (r *Reporter) Decode(node *Node, into any) {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		panic(fmt.Sprintf("document: decode into %T, which is no pointer", into))
	}
	r.decode(node, v.Elem())
}

func (r *Reporter) decode(node *Node, v reflect.Value) {
	if node.reported {
		return
	}
	if v.Type() == reflect.TypeFor[*Node]() {
		v.Set(reflect.ValueOf(node))
		return
	}
	switch to := v.Addr().Interface().(type) {
	case Unmarshaler:
		to.UnmarshalDocument(r, node)
		return
	case *time.Duration:
		r.decodeDuration(node, to)
		return
	case encoding.TextUnmarshaler:
		if r.want(node, Scalar) {
			if err := to.UnmarshalText([]byte(node.Text)); err != nil {
				r.broke(node).Errorf("%s%v", subject(node), err)
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		r.decode(node, v.Elem())
	case reflect.Struct:
		r.decodeStruct(node, v)
	case reflect.Map:
		r.decodeMap(node, v)
	case reflect.Slice:
		r.decodeSlice(node, v)
	default:
		r.decodeScalar(node, v)
	}
}

// want reports a problem, with a hint if there is one, and returns false when the node
// is of another shape.
func (r *Reporter) want(node *Node, shape Shape, hint ...string) bool {
	if node.Shape == shape {
		return true
	}
	switch {
	case node.reported:
	case node.Shape == Null:
		r.broke(node).Hint("leave the key out, or give it a value").Errorf("%shas no value", subject(node))
	default:
		if shape == Mapping {
			r.conceal(node)
		}
		r.broke(node).Hint("%s", strings.Join(hint, "")).Errorf("%swants %s, not %s", subject(node), shape, node.Shape)
	}
	return false
}

// longhand is how what was written in place of a mapping is to be written; empty where
// its type does not know, or what was written is not to be quoted.
func (r *Reporter) longhand(node *Node, v reflect.Value) string {
	to, knows := reflect.TypeAssert[Longhand](v.Addr())
	if !knows || r.conceals {
		return ""
	}
	words := []string{node.Text}
	if node.Shape == Sequence {
		words = nil
		for _, item := range node.Items {
			words = append(words, item.Text)
		}
	}
	return to.Longhand(words)
}

// subject is the node's name with a space, to open a message with.
func subject(n *Node) string {
	if n.Key == nil {
		return ""
	}
	return n.Key.Text + ": "
}

func (r *Reporter) decodeStruct(node *Node, v reflect.Value) {
	if !r.want(node, Mapping, r.longhand(node, v)) {
		return
	}
	fields := structFields(v.Type())
	for _, e := range node.Entries {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == e.Name() })
		if i < 0 {
			r.conceal(e.Value)
			r.At(e.Key).Unknown("key", e.Name(), fieldNames(fields))
			continue
		}
		r.decode(e.Value, v.FieldByIndex(fields[i].index))
	}
	for _, f := range fields {
		if !f.required || node.Get(f.name) != nil {
			continue
		}
		at := node
		if node.Key != nil {
			at = node.Key
		}
		r.At(at).Errorf("%s%s is missing", subject(node), f.name)
	}
}

func (r *Reporter) decodeMap(node *Node, v reflect.Value) {
	if v.Type().Key().Kind() != reflect.String {
		panic(fmt.Sprintf("document: decode into %s, whose keys are no strings", v.Type()))
	}
	if !r.want(node, Mapping) {
		return
	}
	m := reflect.MakeMapWithSize(v.Type(), len(node.Entries))
	for _, e := range node.Entries {
		value := reflect.New(v.Type().Elem()).Elem()
		r.decode(e.Value, value)
		m.SetMapIndex(reflect.ValueOf(e.Name()).Convert(v.Type().Key()), value)
	}
	v.Set(m)
}

func (r *Reporter) decodeSlice(node *Node, v reflect.Value) {
	if !r.want(node, Sequence) {
		return
	}
	s := reflect.MakeSlice(v.Type(), len(node.Items), len(node.Items))
	for i, item := range node.Items {
		r.decode(item, s.Index(i))
	}
	v.Set(s)
}

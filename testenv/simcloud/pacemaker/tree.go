package pacemaker

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// element is one of XML, with attributes in the order in which they were given.
type element struct {
	tag      string
	attrs    []xml.Attr
	children []*element
}

// parse reads one element.
func parse(text string) (*element, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	var open []*element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("no element")
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			e := &element{tag: t.Name.Local, attrs: t.Attr}
			if len(open) > 0 {
				last := open[len(open)-1]
				last.children = append(last.children, e)
			}
			open = append(open, e)
		case xml.EndElement:
			if len(open) == 1 {
				return open[0], nil
			}
			open = open[:len(open)-1]
		}
	}
}

// get is an attribute, "" where there is none.
func (e *element) get(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// child is the first of that tag, or nil.
func (e *element) child(tag string) *element {
	for _, c := range e.children {
		if c.tag == tag {
			return c
		}
	}
	return nil
}

// all are those of a tag, at any depth.
func (e *element) all(tag string) []*element {
	var found []*element
	for _, c := range e.children {
		if c.tag == tag {
			found = append(found, c)
		}
		found = append(found, c.all(tag)...)
	}
	return found
}

// find is the one of that id, at any depth, and what it is in.
func (e *element) find(id string) (found, in *element) {
	for _, c := range e.children {
		if c.get("id") == id {
			return c, e
		}
		if found, in = c.find(id); found != nil {
			return found, in
		}
	}
	return nil, nil
}

// setting is the value of a name among the pairs of it.
func (e *element) setting(name string) string {
	for _, pair := range e.all("nvpair") {
		if pair.get("name") == name {
			return pair.get("value")
		}
	}
	return ""
}

// text is it as the programs print it: an element a line, two spaces deeper each.
func (e *element) text(indent string) string {
	var b strings.Builder
	b.WriteString(indent + "<" + e.tag)
	for _, a := range e.attrs {
		fmt.Fprintf(&b, " %s=%q", a.Name.Local, a.Value)
	}
	if len(e.children) == 0 {
		return b.String() + "/>\n"
	}
	b.WriteString(">\n")
	for _, c := range e.children {
		b.WriteString(c.text(indent + "  "))
	}
	return b.String() + indent + "</" + e.tag + ">\n"
}

// el makes an element of name and value in turn.
func el(tag string, pairs ...string) *element {
	e := &element{tag: tag}
	for i := 0; i+1 < len(pairs); i += 2 {
		e.attrs = append(e.attrs, xml.Attr{Name: xml.Name{Local: pairs[i]}, Value: pairs[i+1]})
	}
	return e
}

// with adds children.
func (e *element) with(children ...*element) *element {
	e.children = append(e.children, children...)
	return e
}

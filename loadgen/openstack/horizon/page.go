package horizon

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// page is what a browser would show.
type page struct {
	at   *url.URL
	root *html.Node
}

// each visits every element and every text below a node.
func each(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		each(child, visit)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// is tells whether a node is an element of that tag, and of that class where one is
// given.
func is(n *html.Node, tag, class string) bool {
	return n.Type == html.ElementNode && (tag == "" || n.Data == tag) &&
		(class == "" || strings.Contains(" "+attribute(n, "class")+" ", " "+class+" "))
}

// text is what stands below a node, in one line.
func text(n *html.Node) string {
	var words []string
	each(n, func(below *html.Node) {
		if below.Type == html.TextNode {
			words = append(words, strings.Fields(below.Data)...)
		}
	})
	return strings.Join(words, " ")
}

// form is one that asks for a password.
type form struct {
	action *url.URL
	fields url.Values // as they are filled in when the page is opened
}

// login is the form of the page in which one logs in; false where it has none.
func (p page) login() (form, bool) {
	var found form
	each(p.root, func(n *html.Node) {
		if found.fields != nil || !is(n, "form", "") {
			return
		}
		fields, asks := filled(n)
		action, err := p.at.Parse(attribute(n, "action"))
		if asks && err == nil {
			found = form{action, fields}
		}
	})
	return found, found.fields != nil
}

// filled are the fields of a form, and whether it asks for a password.
func filled(n *html.Node) (fields url.Values, asks bool) {
	fields = url.Values{}
	each(n, func(n *html.Node) {
		name := attribute(n, "name")
		switch kind := attribute(n, "type"); {
		case name == "":
		case is(n, "input", "") && kind != "submit" && kind != "checkbox" && kind != "radio":
			fields.Set(name, attribute(n, "value"))
			asks = asks || kind == "password"
		case is(n, "select", ""):
			fields.Set(name, chosen(n))
		}
	})
	return fields, asks
}

// chosen is the option of a select that is chosen, or the first.
func chosen(n *html.Node) (value string) {
	first := true
	each(n, func(option *html.Node) {
		if !is(option, "option", "") {
			return
		}
		chosen := false
		for _, a := range option.Attr {
			chosen = chosen || a.Key == "selected"
		}
		if first || chosen {
			value, first = attribute(option, "value"), false
		}
	})
	return value
}

// user tells whether the page shows that this user is logged in: where Horizon has the
// name, or as a text of its own where a theme has no such place.
func (p page) user(name string) bool {
	shown, place := false, false
	each(p.root, func(n *html.Node) {
		switch {
		case is(n, "", "user-name") && !place:
			place, shown = true, text(n) == name
		case n.Type == html.TextNode && !place:
			shown = shown || strings.TrimSpace(n.Data) == name
		}
	})
	return shown
}

// complaint is what a page says is wrong, if anything.
func (p page) complaint() (said string) {
	each(p.root, func(n *html.Node) {
		if said == "" && (is(n, "", "alert-danger") || is(n, "", "errorlist")) {
			said = text(n)
		}
	})
	return said
}

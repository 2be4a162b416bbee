package document

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// decodeScalar decodes strings, booleans and numbers. A string takes any
// scalar as it is written; a number never takes quotes, and is decimal.
func (r *Reporter) decodeScalar(node *Node, v reflect.Value) {
	if !r.want(node, Scalar) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(node.Text)
	case reflect.Bool:
		if node.Quoted || (node.Text != "true" && node.Text != "false") {
			r.broke(node).Errorf("%swants true or false, not %s", subject(node), written(node))
			return
		}
		v.SetBool(node.Text == "true")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(node.Text, 10, v.Type().Bits())
		if err != nil || node.Quoted {
			r.broke(node).Errorf("%swants a whole number, not %s", subject(node), written(node))
			return
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(node.Text, 10, v.Type().Bits())
		if err != nil || node.Quoted {
			r.broke(node).Errorf("%swants a whole number from 0, not %s", subject(node), written(node))
			return
		}
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(node.Text, v.Type().Bits())
		if err != nil || node.Quoted || !node.number || math.IsNaN(f) || math.IsInf(f, 0) {
			r.broke(node).Errorf("%swants a number, not %s", subject(node), written(node))
			return
		}
		v.SetFloat(f)
	default:
		panic(fmt.Sprintf("document: decode into %s, which is not supported", v.Type()))
	}
}

// written is the scalar as a message shows it.
func written(n *Node) string {
	if n.Quoted {
		return "the string " + strconv.Quote(n.Text)
	}
	return strconv.Quote(n.Text)
}

func (r *Reporter) decodeDuration(node *Node, to *time.Duration) {
	if !r.want(node, Scalar) {
		return
	}
	if _, err := strconv.ParseFloat(node.Text, 64); err == nil {
		r.broke(node).Hint("write %ss for seconds, or ms, m, h", node.Text).
			Errorf("%smissing unit after %s", subject(node), node.Text)
		return
	}
	d, err := time.ParseDuration(node.Text)
	switch {
	case err != nil:
		r.broke(node).Hint("durations look like 500ms, 30s, 2m or 1h30m").
			Errorf("%swants a duration, not %s", subject(node), written(node))
	case d < 0:
		r.broke(node).Errorf("%swants a duration from 0s, not %s", subject(node), node.Text)
	default:
		*to = d
	}
}

package reports

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unpacked is what the page's script makes of a column.
func unpacked(t *testing.T, text string) (values []string) {
	t.Helper()
	number := func(letters string) (n int) {
		for _, c := range letters {
			n = 64*n + strings.IndexRune(digits, c)
		}
		return n
	}
	for ; text != ""; text = text[3:] {
		if text[0] == '*' {
			for range number(text[1:3]) {
				values = append(values, values[len(values)-1])
			}
			continue
		}
		switch n := number(text[:3]); n {
		case 0:
			values = append(values, "none")
		case 1:
			values = append(values, "0")
		default:
			n -= 2
			x, err := strconv.ParseFloat(fmt.Sprintf("%s%de%d", []string{"", "-"}[n%2], n/2%900+100, n/2/900+leastPower), 64)
			require.NoError(t, err)
			values = append(values, strconv.FormatFloat(x, 'g', -1, 64))
		}
	}
	return values
}

// A column comes back with three digits of each figure, and what is missing stays missing.
func TestAColumnComesBackAsItWas(t *testing.T) {
	var c Column
	var want []string
	add := func(x float64, as string) { c.Put(&x); want = append(want, as) }
	add(85.51, "85.5")
	add(0, "0")
	add(0, "0")
	for range 5000 {
		add(60, "60")
	}
	c.Put(nil)
	want = append(want, "none")
	for x, as := range map[float64]string{
		-12.3: "-12.3", 1: "1", 999.4: "999", 999.6: "1000", 0.001234: "0.00123", 17179869184: "1.72e+10", 1e-40: "0", 9.99e-5: "9.99e-05", -1e100: "-1e+100", 7: "7",
	} {
		add(x, as)
	}
	text, err := json.Marshal(c)
	require.NoError(t, err)
	require.Equal(t, want, unpacked(t, strings.Trim(string(text), `"`)))
	require.Less(t, len(text), 70, "what is the same is packed")
	require.NotContains(t, string(text), `\`)
	var again Column
	require.NoError(t, json.Unmarshal(text, &again))
	require.Len(t, again.values, len(want))
	repacked, err := json.Marshal(again)
	require.NoError(t, err)
	require.Equal(t, string(text), string(repacked))
	for _, wrong := range []string{`"AAAA"`, `"*AB"`, `"A*A"`, `"A A"`, `7`} {
		require.Error(t, json.Unmarshal([]byte(wrong), &again), wrong)
	}
	empty, err := json.Marshal(Column{})
	require.NoError(t, err)
	require.Equal(t, `""`, string(empty))
}

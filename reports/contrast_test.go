package reports_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// luminance of a colour #rrggbb, by WCAG 2.2's definition.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		require.NoError(t, err)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// palette reads the light and the dark colours of the page's style.
func palette(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	css, err := os.ReadFile("page/style.css")
	require.NoError(t, err)
	light, dark = map[string]string{}, map[string]string{}
	for _, m := range regexp.MustCompile(`--(\w+):light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)`).FindAllStringSubmatch(string(css), -1) {
		light[m[1]], dark[m[1]] = m[2], m[3]
	}
	return light, dark
}

// hatched is how much of the hatch's colour is seen of its lines.
func hatched(t *testing.T) float64 {
	t.Helper()
	css, err := os.ReadFile("page/style.css")
	require.NoError(t, err)
	opacity, err := strconv.ParseFloat(string(regexp.MustCompile(`\.hatch-line{stroke:var\(--held\);stroke-opacity:([.\d]+)`).FindSubmatch(css)[1]), 64)
	require.NoError(t, err)
	return opacity
}

// over is what is seen of a colour of some opacity on another one.
func over(t *testing.T, top, under string, opacity float64) string {
	t.Helper()
	seen := "#"
	for i := 1; i < len(top); i += 2 {
		a, err := strconv.ParseUint(top[i:i+2], 16, 8)
		require.NoError(t, err)
		b, err := strconv.ParseUint(under[i:i+2], 16, 8)
		require.NoError(t, err)
		seen += fmt.Sprintf("%02x", int(math.Round(float64(a)*opacity+float64(b)*(1-opacity))))
	}
	return seen
}

// Words have 4.5:1, lines and bars 3:1 on whatever may lie behind them, the longest answer no
// less than the others.
func TestContrast(t *testing.T) {
	light, dark := palette(t)
	require.GreaterOrEqual(t, len(light), 18)
	for theme, colours := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, text := range []string{"ink", "soft", "link", "pass", "fail", "unknown", "median", "tail", "s3", "s4", "s5"} {
			for _, ground := range []string{"page", "raised"} {
				require.GreaterOrEqual(t, contrast(t, colours[text], colours[ground]), 4.5, "%s on %s, %s", text, ground, theme)
			}
		}
		colours["hatched"] = over(t, colours["held"], colours["heldback"], hatched(t))
		for _, line := range []string{"median", "tail", "worst", "fail", "unknown", "soft", "s3", "s4", "s5"} {
			for _, ground := range []string{"page", "heldback", "hatched", "recoverback"} {
				require.GreaterOrEqual(t, contrast(t, colours[line], colours[ground]), 3.0, "%s on %s, %s", line, ground, theme)
			}
		}
		for _, shape := range []string{"held", "recovering"} {
			require.GreaterOrEqual(t, contrast(t, colours[shape], colours["page"]), 3.0, "%s, %s", shape, theme)
		}
	}
}

func TestContrastIsThatOfTheDefinition(t *testing.T) {
	require.InDelta(t, 21, contrast(t, "#000000", "#ffffff"), 1e-9)
	require.InDelta(t, 4.54, contrast(t, "#767676", "#ffffff"), 0.01)
}

package misuse

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARequestIsMadeSmallerForAsLongAsItFails(t *testing.T) {
	whole := request{
		method: http.MethodPost, path: []string{"things"}, header: http.Header{"A": {"1"}, "B": {"2"}}, query: url.Values{"c": {"3"}, "d": {"4"}},
		body:  map[string]any{"thing": map[string]any{"bad": "x", "long": strings.Repeat("l", 400), "list": []any{1, 2, 3}}},
		wrong: "thing.bad",
	}
	asked := 0
	needs := func(r request) bool {
		asked++
		thing, _ := r.body["thing"].(map[string]any)
		list, _ := thing["list"].([]any)
		return r.header.Get("B") == "2" && r.query.Get("c") == "3" && len(list) > 0 && thing["bad"] == "x"
	}
	small := shrink(whole, 100, needs)
	require.Equal(t, `POST /things?c=3 B: "2" {"thing":{"bad":"x","list":[3]}}`, small.String())
	require.LessOrEqual(t, asked, 30)
	require.Equal(t, whole, shrink(whole, 0, needs), "no question, no other request")
	require.Equal(t, whole, shrink(whole, 100, func(request) bool { return false }))
}

func TestATextIsMadeSmaller(t *testing.T) {
	text := strings.Repeat("[", 1000)
	small := shrink(request{method: http.MethodPut, path: []string{"a"}, text: &text}, 100, func(r request) bool { return len(*r.text) >= 10 })
	require.Less(t, len(*small.text), 20)
}

// What people read has no id in it that is drawn, and no long text.
func TestARequestIsOneLineForPeople(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	u := use{method: http.MethodPut, path: []string{"networks", anID}, body: map[string]any{"network": map[string]any{"name": aName, "other": anID, "flag": true}}}
	require.Equal(t, `PUT /networks/{id} {"network":{"flag":true,"name":"{name}","other":"{id}"}}`, u.asked(draw, "eris-20261127-a-7").String())
	long := u.about("7", strings.Repeat("n", 70000))
	require.Equal(t, `PUT /networks/{id} (id "7") {"network":{"flag":true,"name":"nnnnnnnnnn… (70000 characters)","other":"7"}}`, long.String())
	require.Equal(t, `GET /networks/{id} (id "\u202e<b>")`, looks("networks", anID).about("\u202e<b>", "").String())
}

// Each use is wrong by itself in one way at least, and what a field has to be is
// known of each.
func TestEachUseHasItsWrongRequests(t *testing.T) {
	for _, s := range services() {
		require.GreaterOrEqual(t, len(s.cases()), 20, s.name)
		for _, u := range s.uses {
			for _, f := range u.fields {
				r := u.asked(rand.New(rand.NewPCG(1, 2)), "n")
				holder, key := holds(r.body, f.at)
				require.Contains(t, holder, key, "%s %s: %s", s.name, u.path, f.at)
				require.NotEmpty(t, f.types())
			}
		}
	}
}

func TestArgumentsOfMisuse(t *testing.T) {
	require.NoError(t, New(nil).Validate())
	w := &Misuse{Services: []string{"nova", "sahara"}, Shrink: 501}
	require.ErrorContains(t, w.Validate(), `services: "sahara" is none of keystone, nova, neutron, glance, cinder, placement, heat, octavia, swift`)
	require.ErrorContains(t, w.Validate(), "timeout: must be more than 0s")
	require.ErrorContains(t, w.Validate(), "shrink: 501 is not between 0 and 500")
}

package publish

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/reports"
)

// What is not to be told has many forms: whoever hides knows each, and who checks does, too.
func TestEachFormOfWhatIsNotToBeToldIsHiddenAndFound(t *testing.T) {
	for text, parts := range map[string]string{
		"route add 2001:db8:bad:cafe::/64 via x":        "2001 cafe ::",
		"fe80:: is a net":                               "fe80 ::",
		"no route to fd12:3456::":                       "fd12 3456 ::",
		"fd12:3456:789a:1::%eth0":                       "fd12 789a ::",
		"http://[fd12:3456:789a:1::]:5000/v3":           "fd12 789a ::",
		"fd12:3456:789a:1::: refused":                   "fd12 789a ::",
		"X-Auth-Key: hunter2x9":                         "hunter2x9",
		"mysql+pymysql://nova:hun/ter2x9@db/nova":       "hun ter2x9",
		"nova:hunter2x9@ctl-1:5672":                     "hunter2x9",
		"curl -u admin:hunter2x9 x":                     "hunter2x9",
		"curl --user 'admin:hunter2x9' x":               "hunter2x9",
		"CREATE USER nova IDENTIFIED BY 'hunter2x9'":    "hunter2x9",
		"wsrep_sst_auth=sst:hunter2x9":                  "hunter2x9",
		"wsrep_sst_auth = \"sst:hunter2x9\"":            "hunter2x9",
		"auth password -> hunter2x9":                    "hunter2x9",
		"revoke token 0123456789abcdef0123456789abcdef": "0123456789abcdef",
		"redis-cli -h db -a hunter2x9 ping":             "hunter2x9",
		"CONFIG SET requirepass hunter2x9":              "hunter2x9",
		"rabbitmqctl change_password nova hunter2x9":    "hunter2x9",
		"rabbitmqctl add_user nova hunter2x9":           "hunter2x9",
		"psk=hunter2x9":                                 "hunter2x9",
		"wpa_psk: hunter2x9":                            "hunter2x9",
		"OS_TOKEN hunter2x9":                            "hunter2x9",
		"at 010.000.000.005":                            "010 005",
		"http://x/10%2E0%2E0%2E5":                       "10%2E",
		"vm-10-0-0-5 and 10-0-0-5":                      "10-0-0-5",
		"vm-1-2-3-4 is away":                            "1-2-3-4",
		"ip-1-2-3-4 is away":                            "1-2-3-4",
		"1-2-3-44":                                      "1-2-3-44",
		"tap of fa163e000001":                           "fa163e000001",
		`"https:\/\/kvm7.prod.acme\/v3"`:                "kvm7 acme",
		"to=https%3A%2F%2Fkvm7.prod.acme%2Fv3":          "kvm7 acme",
		"no route to db.münchen-bank.de":                "münchen bank",
	} {
		require.NotEmpty(t, look("a.html", 1, text, nil), text)
		var h reports.Hiding
		told := h.Text(text)
		for part := range strings.FieldsSeq(parts) {
			require.NotContains(t, told, part, text)
		}
		require.Empty(t, look("a.html", 1, told, nil), "%q became %q", text, told)
	}
	for _, text := range []string{"in the steps 1-2-3-4 of it", "passed: 3 == 3", "passed: ok in 9ms"} {
		var h reports.Hiding
		require.Equal(t, text, h.Text(text))
		require.Empty(t, look("a.html", 1, text, nil), text)
	}
	for _, half := range []string{"2001:db8:bad:cafeADDRESS-1/64", "fe80ADDRESS-1", "ADDRESS-1::/64", "fd12::ADDRESS-2"} {
		require.NotEmpty(t, look("a.html", 1, half, nil), half)
	}
}

// The strokes of a picture are figures, and may look like a host that is rented; elsewhere that is
// one.
func TestStrokesArePictures(t *testing.T) {
	t.Parallel()
	require.Empty(t, find("x", []byte(`<path class="p50" d="M20 34l5-33 34-34-11-34 6-6z"/>`), nil, nil))
	require.Len(t, find("x", []byte(`<path class="p50" d="M20 34l5-33"/><text d="34-34-11-34">34-34-11-34</text>`), nil, nil), 2)
	require.NotEmpty(t, find("x", []byte(`<path class="34-34-11-34" d="M20"/>`), nil, nil))
}

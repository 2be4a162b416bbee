package neutron

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	network "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

func TestArgumentsHaveLimits(t *testing.T) {
	for want, w := range map[string]interface{ Validate() error }{
		"subnets: must be from 1 to 16": &CreateAndDeleteSubnet{Subnets: 17},
		"ports: must be from 1 to 100":  &CreateAndDeletePort{},
		"rules: must be from 0 to 50":   &CreateAndDeleteSecurityGroup{Rules: -1},
	} {
		require.EqualError(t, w.Validate(), want)
	}
	require.NoError(t, NewCreateAndDeleteSubnet().Validate())
	require.NoError(t, NewCreateAndDeletePort().Validate())
	require.NoError(t, NewCreateAndDeleteSecurityGroup().Validate())
	_, err := (&CreateAndDeleteSubnet{}).Open(t.Context(), openstacktest.New(t).Env)
	require.EqualError(t, err, "create and delete subnet: subnets: must be from 1 to 16")
}

func TestBlocksDoNotOverlap(t *testing.T) {
	seen := map[string]bool{}
	for n := range 300 {
		one := block(n)
		require.True(t, one.IsValid() && one == one.Masked() && one.Addr().IsPrivate())
		require.False(t, seen[one.String()])
		seen[one.String()] = true
	}
}

func TestTheExternalNetworkCanBeSaid(t *testing.T) {
	cloud, asked := openstacktest.New(t), ""
	cloud.Answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		asked = r.URL.Query().Get("router:external")
		_, _ = fmt.Fprint(w, `{"networks": [{"id": "n2", "name": "wan"}, {"id": "n1", "name": "public"}]}`)
	}
	client, neutron, err := openstack.Connect(t.Context(), cloud.Env, "network", network.NewNetworkV2)
	require.NoError(t, err)
	defer client.Close()
	for wanted, id := range map[string]string{"": "n1", "wan": "n2", "n2": "n2"} {
		found, err := openstack.OuterNetwork(t.Context(), neutron, wanted)
		require.NoError(t, err)
		require.Equal(t, id, found)
		require.Equal(t, "true", asked)
	}
	_, err = openstack.OuterNetwork(t.Context(), neutron, "private")
	require.EqualError(t, err, `find external network: the cloud has none with the name or id "private"`)
}

// Of a router's ports only those are taken off that are in its subnets: those of
// its gateway and of its high availability are Neutron's.
func TestOnlyInterfacesAreTakenOffARouter(t *testing.T) {
	cloud := openstacktest.New(t)
	var removed []string
	cloud.Answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPut {
			var body map[string]string
			_ = json.NewDecoder(r.Body).Decode(&body) // then there is no id in it
			removed = append(removed, body["port_id"])
			_, _ = fmt.Fprint(w, `{}`)
			return
		}
		_, _ = fmt.Fprint(w, `{"ports": [{"id": "plain", "device_owner": "network:router_interface"},
			{"id": "gateway", "device_owner": "network:router_gateway"}, {"id": "ha", "device_owner": "network:router_ha_interface"},
			{"id": "replicated", "device_owner": "network:ha_router_replicated_interface"},
			{"id": "distributed", "device_owner": "network:router_interface_distributed"}]}`)
	}
	client, neutron, err := openstack.Connect(t.Context(), cloud.Env, "network", network.NewNetworkV2)
	require.NoError(t, err)
	defer client.Close()
	require.NoError(t, detach(t.Context(), neutron, "r1").Err)
	require.Equal(t, []string{"plain", "replicated", "distributed"}, removed)
}

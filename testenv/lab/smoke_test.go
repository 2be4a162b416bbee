package lab

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
)

// smokeCloud is a cloud of one server, for the order of the steps and what is
// said when one fails. The VIP's ports are one HTTP server, as is the guest.
type smokeCloud struct {
	open bool // a security group filters nothing

	t       *testing.T
	api     *httptest.Server
	ssh     net.Listener
	hostKey ssh.Signer
	lost    bool   // whoever asks for a server or a floating IP gets it, and no answer
	status  string // of the server
	page    string // whom the guest's page names
	key     ssh.PublicKey

	mu      sync.Mutex
	name    string
	present map[string]bool // paths of what was made and not deleted
	made    int
}

func newSmokeCloud(t *testing.T) *smokeCloud {
	t.Helper()
	host, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(make([]byte, 32)))
	require.NoError(t, err)
	c := &smokeCloud{t: t, hostKey: host, status: "ACTIVE", page: "srv", present: map[string]bool{}}
	c.api = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.api.Close)
	c.ssh, err = net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.ssh.Close() })
	go func() {
		for {
			conn, err := c.ssh.Accept()
			if err != nil {
				return
			}
			go c.login(conn)
		}
	}()
	return c
}

func (c *smokeCloud) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	say := func(code int, body string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
	path := strings.TrimPrefix(r.URL.Path, "/v2.1")
	switch key := r.Method + " " + path; {
	case key == "POST /v3/auth/tokens":
		w.Header().Set("X-Subject-Token", "t")
		offer := func(kind, url string) string {
			return fmt.Sprintf(`{"type":%q,"endpoints":[{"interface":"public","region":"RegionOne","region_id":"RegionOne","url":%q}]}`, kind, url)
		}
		say(201, `{"token":{"expires_at":"2099-01-01T00:00:00Z","catalog":[`+offer("compute", "http://198.18.0.10:8774/v2.1")+","+
			offer("image", "http://198.18.0.10:9292")+","+offer("network", "http://198.18.0.10:9696")+`]}}`)
	case r.Host == "198.18.0.200": // the guest
		say(200, `{"instance_id":"`+c.page+`"}`)
	case key == "GET /":
		version := map[string]string{"198.18.0.10:9292": "v2", "198.18.0.10:9696": "v2.0"}[r.Host]
		say(200, fmt.Sprintf(`{"versions":[{"id":%q,"status":"CURRENT","links":[{"rel":"self","href":"http://%s/%s/"}]}]}`, version, r.Host, version))
	case key == "GET /v2/images":
		say(200, `{"images":[{"id":"img","name":"probe"}]}`)
	case key == "GET /flavors/detail":
		say(200, `{"flavors":[{"id":"1","name":"tiny"}]}`)
	case key == "GET /v2.0/networks":
		say(200, `{"networks":[{"id":"net","name":"private"}]}`)
	case key == "GET /v2.0/ports":
		say(200, `{"ports":[{"id":"port"}]}`)
	case key == "POST /os-keypairs":
		c.readKey(r)
		c.present["/os-keypairs/"+c.name], c.made = true, c.made+1
		say(200, `{"keypair":{}}`)
	case key == "POST /servers":
		c.present["/servers/srv"], c.made = true, c.made+1
		if c.lost && c.status == "ERROR" {
			say(504, `{}`)
			return
		}
		say(202, `{"server":{"id":"srv"}}`)
	case key == "GET /servers/detail":
		say(200, `{"servers":[{"id":"other","name":"eris-smoke-other"},{"id":"srv","name":"`+c.name+`"}]}`)
	case key == "GET /v2.0/floatingips":
		say(200, `{"floatingips":[{"id":"other","description":"mine"},{"id":"fip","description":"`+c.name+`"}]}`)
	case key == "POST /v2.0/floatingips":
		c.present["/v2.0/floatingips/fip"], c.made = true, c.made+1
		if c.lost {
			say(504, `{}`)
			return
		}
		say(201, `{"floatingip":{"id":"fip","floating_ip_address":"198.18.0.200"}}`)
	case key == "POST /servers/srv/action":
		text, _ := json.Marshal("boots\n[0.1] ssh host key: " + string(ssh.MarshalAuthorizedKey(c.hostKey.PublicKey())))
		say(200, `{"output":`+string(text)+`}`)
	case !c.present[path]:
		say(404, `{}`)
	case r.Method == http.MethodDelete:
		delete(c.present, path)
		w.WriteHeader(http.StatusNoContent)
	default:
		say(200, `{"server":{"id":"srv","status":"`+c.status+`","OS-EXT-SRV-ATTR:hypervisor_hostname":"cmp-2",
			"fault":{"code":500,"message":"No valid host was found"}}}`)
	}
}

func (c *smokeCloud) readKey(r *http.Request) {
	var ask struct {
		Keypair struct {
			Name      string `json:"name"`
			PublicKey string `json:"public_key"`
		} `json:"keypair"`
	}
	require.NoError(c.t, json.NewDecoder(r.Body).Decode(&ask))
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(ask.Keypair.PublicKey))
	require.NoError(c.t, err)
	c.name, c.key = ask.Keypair.Name, key
}

// dial leads to the API, or to what answers for the guest.
func (c *smokeCloud) dial(ctx context.Context, network, address string) (net.Conn, error) {
	to := c.api.Listener.Addr().String()
	switch {
	case network == "ip4:icmp":
		near, far := net.Pipe()
		go echo(far)
		return near, nil
	case strings.HasSuffix(address, ":81"):
		if c.open {
			return nil, syscall.ECONNREFUSED
		}
		<-ctx.Done()
		return nil, ctx.Err()
	case strings.HasSuffix(address, ":22"):
		to = c.ssh.Addr().String()
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", to)
}

// echo answers one ping, after a stray packet.
func echo(conn net.Conn) {
	packet := make([]byte, 100)
	n, _ := conn.Read(packet)
	_, _ = conn.Write([]byte("stray"))
	packet[0] = 0
	_, _ = conn.Write(ipv4(packet[:n]))
}

// login lets the injected key in and runs one command.
func (c *smokeCloud) login(conn net.Conn) {
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if string(key.Marshal()) != string(c.key.Marshal()) {
			return nil, fmt.Errorf("another key")
		}
		return nil, nil
	}}
	config.AddHostKey(c.hostKey)
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for ask := range channels {
		channel, requests, err := ask.Accept()
		if err != nil {
			return
		}
		_ = (<-requests).Reply(true, nil)
		_, _ = fmt.Fprintln(channel, "guest", c.name)
		_, _ = channel.SendRequest("exit-status", false, make([]byte, 4))
		_ = channel.Close()
	}
}

func smokeRenderer(t *testing.T) *renderer {
	t.Helper()
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	return &renderer{name: "t", profile: profile, keys: testKeys(t, profile)}
}

func TestSmokeBootsReachesAndDeletes(t *testing.T) {
	c := newSmokeCloud(t)
	var heard strings.Builder
	s, err := smoke(t.Context(), c.dial, smokeRenderer(t), t.TempDir(), &heard)
	require.NoError(t, err)
	require.True(t, s.Healthy())
	var names []string
	for _, step := range s.Steps {
		names = append(names, step.Name)
	}
	require.Equal(t, strings.Join(names, "\n")+"\n", heard.String())
	require.Equal(t, []string{"srv", "cmp-2", "198.18.0.200"}, []string{s.Server, s.Host, s.Address})
	require.Equal(t, 3, c.made)
	require.Empty(t, c.present, "all of it is deleted")
	var out strings.Builder
	require.NoError(t, s.Write(&out))
	require.Contains(t, out.String(), "srv on cmp-2 at 198.18.0.200")
	require.Equal(t, len(s.Steps)+1, strings.Count(out.String(), "\n"))
}

func TestSmokeSeesThatSecurityGroupsFilterNothing(t *testing.T) {
	c := newSmokeCloud(t)
	c.open = true
	s, err := smoke(t.Context(), c.dial, smokeRenderer(t), t.TempDir(), io.Discard)
	require.ErrorContains(t, err, "a port that no rule opens: 198.18.0.200 answers at port 81 (connection refused): security groups filter nothing")
	require.False(t, s.Healthy())
	require.Empty(t, c.present)
}

func TestSmokeNamesTheStepAndWhatTheCloudSaid(t *testing.T) {
	c := newSmokeCloud(t)
	c.status = "ERROR"
	s, err := smoke(t.Context(), c.dial, smokeRenderer(t), t.TempDir(), io.Discard)
	require.ErrorContains(t, err, "wait until it is active: server srv on cmp-2 is in ERROR: 500 No valid host was found")
	require.False(t, s.Healthy())
	require.Equal(t, "delete all of it", s.Steps[len(s.Steps)-1].Name)
	require.Equal(t, 2, c.made, "no floating IP for a server that never ran")
	require.Empty(t, c.present)
}

func TestAStatusWithAFailedSmokeCheckIsNotHealthy(t *testing.T) {
	s := Status{Name: "t", Healthy: true}
	s.AddSmoke(Smoke{Server: "srv", Steps: []SmokeStep{{Name: "HTTP", TookMS: 1500}}}, nil)
	require.True(t, s.Healthy)
	var out strings.Builder
	require.NoError(t, s.Write(&out))
	require.Contains(t, out.String(), "HTTP                                 1.5 s  ok")
	s.AddSmoke(Smoke{Steps: []SmokeStep{{Name: "HTTP", Why: "timeout"}}}, fmt.Errorf("smoke check: HTTP: timeout"))
	require.False(t, s.Healthy)
	require.Equal(t, []string{"smoke check: HTTP: timeout"}, s.Wrong)
}

// Nodes that are off say what is on their console; those of a lab that is up are
// asked for their journals by the same way.
func TestAFailedSmokeCheckHasTheWordsOfThoseWhoCanTellWhy(t *testing.T) {
	profile, err := loadProfile("openstack")
	require.NoError(t, err)
	p := Options{Name: "mute", StateDir: t.TempDir()}.paths()
	for node, text := range map[string]string{"ctl-1": "no valid\nhost", "cmp-1": "no bridge", "cmp-2": "bystander"} {
		require.NoError(t, os.MkdirAll(p.node(node), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(p.node(node), "console.log"), []byte(text), 0o600))
	}
	s := Smoke{Host: "cmp-1", Steps: []SmokeStep{{Name: smokeBoot, TookMS: 1}, {Name: smokeActive, Why: "ERROR"}}}
	s.listen(t.Context(), p, profile)
	require.Equal(t, []Said{{"ctl-1", "itself on its console", "no valid\nhost"}, {"cmp-1", "itself on its console", "no bridge"}}, s.Said)
	var text strings.Builder
	require.NoError(t, s.Write(&text))
	require.Contains(t, text.String(), "    the last that ctl-1 says of itself on its console:\n      no valid\n      host\n    the last that cmp-1")
	well := Smoke{Steps: []SmokeStep{{Name: smokeBoot}}}
	well.listen(t.Context(), p, profile)
	require.Empty(t, well.Said)
}

func TestRunSmokeListensToThoseWhoCanTellWhyItFailed(t *testing.T) {
	o := Options{Name: "mute", StateDir: t.TempDir(), claims: t.TempDir()}
	full, err := o.withDefaults()
	require.NoError(t, err)
	p := full.paths()
	require.NoError(t, os.MkdirAll(p.node("ctl-2"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(p.node("ctl-2"), "console.log"), []byte("out of memory"), 0o600))
	require.NoError(t, os.WriteFile(p.secret, make([]byte, 32), 0o600))
	require.NoError(t, writeStamp(p, stamp{Profile: "openstack"}))
	s, err := RunSmoke(t.Context(), o) // it has no network to be asked in
	require.ErrorContains(t, err, "smoke check: log in: ")
	require.Equal(t, []Said{{"ctl-2", "itself on its console", "out of memory"}}, s.Said)
}

func TestSmokeCleansUpAfterACallerThatGaveUp(t *testing.T) {
	c := newSmokeCloud(t)
	c.page = "another"
	ctx, cancel := context.WithCancel(t.Context())
	dial := func(dialCtx context.Context, network, address string) (net.Conn, error) {
		if address == "198.18.0.200:80" {
			cancel()
		}
		return c.dial(dialCtx, network, address)
	}
	_, err := smoke(ctx, dial, smokeRenderer(t), t.TempDir(), io.Discard)
	require.ErrorContains(t, err, "HTTP: ")
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 3, c.made)
	require.Empty(t, c.present)
}

// What the cloud has made without saying so is found by its name and deleted,
// and nothing else is.
func TestSmokeDeletesWhatItGotNoAnswerFor(t *testing.T) {
	for status, made := range map[string]int{"ERROR": 2, "ACTIVE": 3} { // the server's answer is lost, or that of its floating IP
		c := newSmokeCloud(t)
		c.lost, c.status = true, status
		c.present["/servers/other"], c.present["/v2.0/floatingips/other"] = true, true
		_, err := smoke(t.Context(), c.dial, smokeRenderer(t), t.TempDir(), io.Discard)
		require.ErrorContains(t, err, "504")
		require.Equal(t, made, c.made)
		require.Equal(t, map[string]bool{"/servers/other": true, "/v2.0/floatingips/other": true}, c.present)
	}
}

// A check that was killed leaves its note, and the next takes away what it had made; of
// one that lives nothing is touched.
func TestSmokeTakesAwayWhatAKilledCheckLeft(t *testing.T) {
	notes := t.TempDir()
	dead, err := noteSmoke(notes, "eris-smoke-dead")
	require.NoError(t, err)
	require.NoError(t, dead.file.Close(), "as the kernel does when a process ends")
	lives, err := noteSmoke(notes, "eris-smoke-lives")
	require.NoError(t, err)
	c := newSmokeCloud(t)
	c.name = "eris-smoke-dead" // whose server and address the lists have
	for _, path := range []string{"/os-keypairs/eris-smoke-dead", "/servers/srv", "/v2.0/floatingips/fip", "/os-keypairs/eris-smoke-lives", "/servers/other"} {
		c.present[path] = true
	}
	_, err = smoke(t.Context(), c.dial, smokeRenderer(t), notes, io.Discard)
	require.NoError(t, err)
	require.Equal(t, map[string]bool{"/os-keypairs/eris-smoke-lives": true, "/servers/other": true}, c.present)
	require.Equal(t, []string{"eris-smoke-lives"}, childrenOf(notes))
	require.NoError(t, lives.end(false))
	require.Empty(t, childrenOf(notes))
}

// What could not be deleted is the next check's to delete.
func TestSmokeNotesWhatItCouldNotDelete(t *testing.T) {
	notes := t.TempDir()
	c := newSmokeCloud(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	note, err := noteSmoke(notes, "eris-smoke-dead")
	require.NoError(t, err)
	require.NoError(t, note.end(true))
	w, err := newSmokeWorld(c.dial, smokeRenderer(t), notes)
	require.NoError(t, err)
	require.NoError(t, w.logIn(t.Context()))
	require.Error(t, w.clear(ctx))
	require.Equal(t, []string{"eris-smoke-dead"}, childrenOf(notes))
	require.NoError(t, w.clear(t.Context()))
	require.Empty(t, childrenOf(notes))
}

func TestEchoIsAsRFC792Says(t *testing.T) {
	ask := echoRequest(0x1234)
	require.Equal(t, []byte{8, 0, 0x16, 0xe5, 0x12, 0x34, 0, 1, 'e', 'r', 'i', 's'}, ask)
	reply := append([]byte{0, 0, 0, 0}, ask[4:]...)
	require.True(t, isEchoReply(ipv4(reply), ask))
	require.False(t, isEchoReply(ipv4(ask), ask), "one's own question is no answer")
	require.False(t, isEchoReply(ipv4(reply)[:10], ask))
	require.False(t, isEchoReply(nil, ask))
	reply[5]++
	require.False(t, isEchoReply(ipv4(reply), ask), "another's answer")
}

// ipv4 puts a header before a payload, as a raw socket shows it.
func ipv4(payload []byte) []byte {
	return append(append([]byte{0x45}, make([]byte, 19)...), payload...)
}

//go:build lab || openstack

package lab

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"
	"time"
)

// What the test program does when it is started by a test of its own: it is
// the only program that can be killed half way, or be moved to a network, to
// see what becomes of it.
const (
	roleEnv  = "ERIS_LAB_TEST_ROLE"
	nameEnv  = "ERIS_LAB_TEST_NAME"
	cacheEnv = "ERIS_LAB_TEST_CACHE"
	kindEnv  = "ERIS_LAB_TEST_PROFILE"
)

func TestMain(m *testing.M) {
	var err error
	o := Options{Name: os.Getenv(nameEnv), Profile: cmp.Or(os.Getenv(kindEnv), "keystone"), CacheDir: os.Getenv(cacheEnv), Fresh: true, Progress: func(step, detail string) { fmt.Println(step, detail) }}
	switch os.Getenv(roleEnv) {
	case "up":
		err = Up(context.Background(), o)
	case "raise":
		o.Fresh = false
		err = Up(context.Background(), o)
	case "smoke":
		fmt.Println("smoke begins")
		_, err = RunSmoke(context.Background(), o)
	case "join":
		err = joinAndFetch(o)
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// joinAndFetch moves into the lab's network and speaks to the VIP from several
// goroutines, each of which may run on another thread.
func joinAndFetch(o Options) error {
	if err := JoinNetwork(o); err != nil {
		return err
	}
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	results := make(chan error)
	for range 8 {
		go func() {
			response, err := client.Get("http://198.18.0.10:5000/v3")
			if err == nil {
				_, err = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
			results <- err
		}()
	}
	for range 8 {
		if err := <-results; err != nil {
			return err
		}
	}
	fmt.Println("inside", os.Args[len(os.Args)-1])
	return nil
}

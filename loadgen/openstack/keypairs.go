package openstack

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/keypairs"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/limits"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// Keypairs are the user's, of Nova, which knows them by their names.
func Keypairs(nova *gophercloud.ServiceClient) *Kind {
	return &Kind{
		One: "keypair", Many: "keypairs",
		List: func(string) pagination.Pager { return keypairsOf(nova, "") },
		Delete: func(ctx context.Context, id string) gophercloud.Result {
			return keypairs.Delete(ctx, nova, id, nil).Result
		},
		Show: func(ctx context.Context, id string) gophercloud.Result {
			return byName(keypairs.Get(ctx, nova, id, nil).Result)
		},
	}
}

// keypairsOf lists a user's, or one's own. Nova wraps each of them.
func keypairsOf(nova *gophercloud.ServiceClient, user string) pagination.Pager {
	return keypairs.List(nova, keypairs.ListOpts{UserID: user}).WithPageCreator(func(r pagination.PageResult) pagination.Page {
		body, _ := r.Body.(map[string]any)
		rows, listed := body["keypairs"].([]any)
		if !listed {
			return unwrapped{pagination.SinglePageBase(r)}
		}
		bare := make([]any, len(rows))
		for n, each := range rows {
			row, _ := each.(map[string]any)
			bare[n] = named(row["keypair"])
		}
		r.Body = map[string]any{"keypairs": bare}
		return unwrapped{pagination.SinglePageBase(r)}
	})
}

type unwrapped struct{ pagination.SinglePageBase }

// IsEmpty is never so: whoever reads it sees.
func (unwrapped) IsEmpty() (bool, error) { return false, nil }

// named is a key pair with its name for an id; nil where it is none.
func named(pair any) any {
	row, is := pair.(map[string]any)
	if !is {
		return nil
	}
	row = maps.Clone(row)
	row["id"] = row["name"]
	return row
}

// byName is an answer about a key pair with its name for an id.
func byName(answer gophercloud.Result) gophercloud.Result {
	if body, is := answer.Body.(map[string]any); is && answer.Err == nil {
		answer.Body = map[string]any{"keypair": named(body["keypair"])}
	}
	return answer
}

// MakeKeypair is a step that has Nova take a public key, as a line of authorized_keys. Its
// name has a number that follows from the key: a user has one key pair of a name, in
// whichever of his projects loads act.
func (i *Iteration) MakeKeypair(ctx context.Context, nova *gophercloud.ServiceClient, kind *Kind, public string) Made {
	defer func(name string) { i.Name = name }(i.Name)
	i.Rename(int64(crc32.ChecksumIEEE([]byte(public))))
	return i.Make(ctx, "nova.create_keypair", kind, func(name string) gophercloud.Result {
		return byName(keypairs.Create(ctx, nova, keypairs.CreateOpts{Name: name, PublicKey: public}).Result)
	})
}

// KeypairRoom tells whether the user may have so many more key pairs. Nova says how many
// those may be, and not how many there are.
func KeypairRoom(ctx context.Context, env loadgen.Env, nova *gophercloud.ServiceClient, more int) error {
	var said struct {
		Limits struct {
			Absolute struct {
				Most *int `json:"maxTotalKeypairs"`
			} `json:"absolute"`
		} `json:"limits"`
	}
	told, err := ReadQuotas(limits.Get(ctx, nova, limits.GetOpts{}).Result, &said)
	if err != nil || !told || said.Limits.Absolute.Most == nil {
		return err
	}
	pages, err := keypairs.List(nova, nil).AllPages(ctx)
	if err != nil {
		return fmt.Errorf("list keypairs: %w", &loadgen.OpenError{Outcome: Outcome(err, nil)})
	}
	all, err := keypairs.ExtractKeyPairs(pages)
	if err != nil {
		return fmt.Errorf("list keypairs: %w", &loadgen.OpenError{Outcome: Wrong(err, nil)})
	}
	takes := Takes{Service: "compute", Shared: map[string]int{"key_pairs": more}}
	return takes.Fits(env, map[string]Quota{"key_pairs": {Limit: *said.Limits.Absolute.Most, Used: len(all)}}, "")
}

// othersKeypairs is the microversion since which an administrator may ask for key pairs
// of another user.
const othersKeypairs = "2.10"

// ForgetKeypairs deletes all key pairs of a user, who is to be deleted next: nobody would
// find them afterwards. Where Nova tells these credentials nothing of others' key pairs
// (403, 404), there is nothing that they could delete; one that it tells of has to go.
func ForgetKeypairs(ctx context.Context, nova *gophercloud.ServiceClient, user string) error {
	own := *nova
	own.Microversion = othersKeypairs
	kind := &Kind{One: "keypair", Many: "keypairs"}
	var names []string
	if err := kind.rows(ctx, keypairsOf(&own, user), func(row map[string]any) bool {
		name, _ := row["name"].(string)
		names = append(names, name)
		return true
	}); err != nil {
		if status := Outcome(err, nil).Status; status == http.StatusForbidden || status == http.StatusNotFound {
			return nil
		}
		return err
	}
	var failed []error
	for _, name := range names {
		answer := keypairs.Delete(ctx, &own, name, keypairs.DeleteOpts{UserID: user})
		if o := Ended(answer.Result); o.Class != record.OK && o.Status != http.StatusNotFound {
			failed = append(failed, fmt.Errorf("delete keypair %s: %w", name, o.Err))
		}
	}
	return errors.Join(failed...)
}

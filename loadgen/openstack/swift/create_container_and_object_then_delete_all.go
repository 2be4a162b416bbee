package swift

import (
	"cmp"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/objectstorage/v1/containers"
	"github.com/gophercloud/gophercloud/v2/openstack/objectstorage/v1/objects"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/content"
)

// CreateContainerAndObjectThenDeleteAll makes a container, uploads objects to it,
// lists them, downloads them and deletes all, as Rally's SwiftObjects of that name,
// then_list_objects and then_download_object do. An ETag or bytes that are not those
// of the upload are a wrong result. No more than a buffer of an object is in memory
// at a time.
type CreateContainerAndObjectThenDeleteAll struct {
	Objects           int            `yaml:"objects" help:"in each container, 1 to 100"`
	Size              document.Bytes `yaml:"size" help:"of each object, 1B to 5GiB"`
	openstack.Keeping `yaml:",inline"`
}

// NewCreateContainerAndObjectThenDeleteAll has the defaults.
func NewCreateContainerAndObjectThenDeleteAll() *CreateContainerAndObjectThenDeleteAll {
	return &CreateContainerAndObjectThenDeleteAll{Objects: 1, Size: 1 << 10}
}

// Validate says what is wrong with the arguments.
func (w *CreateContainerAndObjectThenDeleteAll) Validate() error {
	var errs []error
	if w.Objects < 1 || w.Objects > 100 {
		errs = append(errs, errors.New("objects: must be from 1 to 100"))
	}
	if w.Size < 1 || w.Size > 5<<30 {
		errs = append(errs, errors.New("size: must be from 1B to 5GiB"))
	}
	return errors.Join(append(errs, w.Wrong())...)
}

// Role is member: it makes containers. Swift lets those do it that its own setting
// operator_roles names.
func (*CreateContainerAndObjectThenDeleteAll) Role() string { return "member" }

// Open gets a token, finds Swift in the catalogue, and sees whether the account has
// room.
func (w *CreateContainerAndObjectThenDeleteAll) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("create container and object: %w", err)
	}
	client, swift, err := openstack.Connect(ctx, env, "object-store", services.NewObjectStorageV1)
	if err != nil {
		return nil, err
	}
	needs := map[string]int{"object_bytes": w.Objects * int(w.Size)}
	if err := room(ctx, env, swift, w.Takes("object-store", needs, nil)); err != nil {
		client.Close()
		return nil, err
	}
	client.Provider.HTTPClient.Transport = sized{client.Provider.HTTPClient.Transport}
	container := containersOf(swift)
	making := openstack.Making{Client: client, Kinds: []*openstack.Kind{container}, Poll: time.Second, Keep: w.Keep}
	making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		made := i.Make(ctx, "swift.create_container", container, func(name string) gophercloud.Result {
			ask := containers.CreateOpts{Metadata: map[string]string{"Eris-Run": i.Run}}
			return documented(containers.Create(ctx, swift, name, ask).Result, name)
		})
		all := make([]object, w.Objects)
		for n := range all {
			all[n] = object{swift, i.Name, fmt.Sprint(i.Name, "-", n), content.New(int64(w.Size), env.Seed, i.Number, int64(n), md5.New)}
		}
		w.use(ctx, i, made, all)
		i.Remove(ctx, "swift.delete_container", made)
	}
	return making.Start(ctx, env)
}

// use is what is done with the objects of a container.
func (w *CreateContainerAndObjectThenDeleteAll) use(ctx context.Context, i *openstack.Iteration, in openstack.Made, all []object) {
	for _, each := range all {
		i.Do("swift.upload_object", func() loadgen.Outcome { return each.upload(ctx) })
	}
	i.Do("swift.list_objects", func() loadgen.Outcome {
		_, answer := list(ctx, all[0].swift, in.ID)
		return openstack.Ended(answer)
	})
	for _, each := range all {
		i.Do("swift.download_object", func() loadgen.Outcome { return each.download(ctx) })
	}
	i.Look(in, func(ctx context.Context) loadgen.Outcome {
		for _, each := range all[1:] {
			if o := each.download(ctx); o.Class != record.OK {
				return o
			}
		}
		return all[0].download(ctx)
	})
	if i.Kept() {
		return
	}
	for _, each := range all {
		i.Do("swift.delete_object", func() loadgen.Outcome {
			return openstack.Ended(objects.Delete(ctx, each.swift, each.in, each.name, nil).Result)
		})
	}
}

// object is one that is stored.
type object struct {
	swift    *gophercloud.ServiceClient
	in, name string
	bytes    *content.Content
}

// upload stores the object. What Swift says of it has to be so.
func (o object) upload(ctx context.Context) loadgen.Outcome {
	answer := objects.Create(ctx, o.swift, o.in, o.name, objects.CreateOpts{
		Content: o.bytes, ContentLength: o.bytes.Size, ContentType: "application/octet-stream", NoETag: true,
	})
	if answer.Err != nil {
		return openstack.Ended(answer.Result)
	}
	return o.tagged("upload", answer.Header)
}

// download reads the object, which has to be what was uploaded.
func (o object) download(ctx context.Context) loadgen.Outcome {
	answer := objects.Download(loadgen.Streamed(ctx), o.swift, o.in, o.name, nil)
	if answer.Err != nil {
		return openstack.Outcome(answer.Err, answer.Header)
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	switch wrong, err := o.bytes.Compare(answer.Body); {
	case err != nil:
		return openstack.Outcome(fmt.Errorf("download object: %w", err), answer.Header)
	case wrong != nil:
		return openstack.Wrong(fmt.Errorf("download object: %w", wrong), answer.Header)
	}
	return o.tagged("download", answer.Header)
}

// tagged tells whether an answer has the object's ETag, which is the MD5 of its bytes.
func (o object) tagged(what string, header http.Header) loadgen.Outcome {
	if tag, sent := strings.Trim(header.Get("Etag"), `"`), o.bytes.Sent(); tag != sent {
		return openstack.Wrong(fmt.Errorf("%s object: its ETag is %q, and its bytes have the MD5 %s", what, tag, sent), header)
	}
	return openstack.Outcome(nil, header)
}

// room tells whether what is needed fits into the account's quota, if it has one. Swift
// answers with 200 in place of 204 as long as nothing was ever written to the account.
func room(ctx context.Context, env loadgen.Env, swift *gophercloud.ServiceClient, takes openstack.Takes) error {
	answer := openstack.Call(ctx, swift, http.MethodHead, swift.Endpoint, nil, nil, http.StatusOK, http.StatusNoContent)
	told, err := openstack.ReadQuotas(answer, &struct{}{})
	if err != nil {
		return err
	}
	if !told {
		return takes.Fits(env, nil, "Swift does not tell it to this user")
	}
	limit, limited := strconv.Atoi(cmp.Or(answer.Header.Get("X-Account-Quota-Bytes"), answer.Header.Get("X-Account-Meta-Quota-Bytes")))
	used, counted := strconv.Atoi(answer.Header.Get("X-Account-Bytes-Used"))
	if limited != nil || counted != nil {
		limit = -1 // an account without such a header has no quota
	}
	return takes.Fits(env, map[string]openstack.Quota{"object_bytes": {Limit: limit, Used: used}}, "")
}

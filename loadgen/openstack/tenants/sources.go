package tenants

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"

	"github.com/openstack-eris/eris/loadgen"
)

// sources are the bytes of images, each held open from the preparation of a run to its end: what
// is uploaded to the last project is what was uploaded to the first one. What was fetched is in a
// file that has no name any more, so that it goes with the process, however that ends.
type sources struct {
	held []*source
}

type source struct {
	from [2]string // the image's file and URL
	file *os.File
	size int64
}

// get opens what tenants want, or fetches it, each URL once.
func (s *sources) get(ctx context.Context, wanted []loadgen.TenantImage, transport http.RoundTripper) error {
	for _, image := range wanted {
		if s.of(image) != nil {
			continue
		}
		opened, err := open(ctx, image, transport)
		if err != nil {
			return fmt.Errorf("image %s: %w", image.Name, err)
		}
		opened.from = [2]string{image.File, image.URL}
		s.held = append(s.held, opened)
	}
	return nil
}

// of is that of an image; nil where there is none yet.
func (s *sources) of(image loadgen.TenantImage) *source {
	at := slices.IndexFunc(s.held, func(h *source) bool { return h.from == [2]string{image.File, image.URL} })
	if at < 0 {
		return nil
	}
	return s.held[at]
}

func (s *sources) close() error {
	var errs []error
	for _, each := range s.held {
		errs = append(errs, each.file.Close())
	}
	s.held = nil
	return errors.Join(errs...)
}

// reader reads it from its beginning, beside others that do.
func (s *source) reader() io.Reader { return io.NewSectionReader(s.file, 0, s.size) }

func open(ctx context.Context, image loadgen.TenantImage, transport http.RoundTripper) (*source, error) {
	if image.File == "" {
		return fetch(ctx, image.URL, transport)
	}
	file, err := os.Open(image.File)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = fmt.Errorf("%s is no file", image.File)
	case info.Size() == 0 || info.Size() > loadgen.ImageBytes:
		err = fmt.Errorf("%s has %d bytes, and must have 1 to %d", image.File, info.Size(), int64(loadgen.ImageBytes))
	default:
		return &source{file: file, size: info.Size()}, nil
	}
	return nil, errors.Join(err, file.Close())
}

// fetch gets what an address has. Its text is in no error: it may have a secret.
func fetch(ctx context.Context, address string, transport http.RoundTripper) (*source, error) {
	ctx, cancel := context.WithTimeout(ctx, loadgen.ImageFetchMost)
	defer cancel()
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, errors.New("fetch url: it is none")
	}
	answer, err := (&http.Client{Transport: transport}).Do(ask)
	if err != nil {
		if wrapped, is := errors.AsType[*url.Error](err); is {
			err = wrapped.Err
		}
		return nil, fmt.Errorf("fetch url from %s: %w", ask.URL.Host, err)
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch url from %s: it answers %s", ask.URL.Host, answer.Status)
	}
	file, err := os.CreateTemp("", "eris-image-")
	if err != nil {
		return nil, fmt.Errorf("fetch url: %w", err)
	}
	err = os.Remove(file.Name())
	var size int64
	if err == nil {
		size, err = io.Copy(file, io.LimitReader(answer.Body, loadgen.ImageBytes+1))
	}
	switch {
	case err != nil:
	case size == 0 || size > loadgen.ImageBytes:
		err = fmt.Errorf("an image has 1 to %d bytes, and this %d or more", int64(loadgen.ImageBytes), size)
	default:
		return &source{file: file, size: size}, nil
	}
	return nil, errors.Join(fmt.Errorf("fetch url from %s: %w", ask.URL.Host, err), file.Close())
}

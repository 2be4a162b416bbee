package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// side is a cloud that probes run on.
type side struct {
	name   string
	flag   string // value of eris -i
	cloud  *inventory.Cloud
	holder func(context.Context) (string, error) // node of the virtual address
	close  func() error
}

func openSimulation(ctx context.Context) (side, error) {
	cloud, err := simcloud.Start(context.WithoutCancel(ctx), simcloud.Options{Seed: 1})
	if err != nil {
		return side{}, err
	}
	read, err := inventory.Load(cloud.Inventory())
	if err != nil {
		return side{}, errors.Join(err, cloud.Close())
	}
	return side{
		name: "simulation", flag: cloud.Inventory(), cloud: read, close: cloud.Close,
		holder: func(context.Context) (string, error) { return cloud.Holder(), nil },
	}, nil
}

// openLab finds a lab that is up; which is lab or lab:NAME.
func openLab(which string) (side, error) {
	kind, name, _ := strings.Cut(which, ":")
	if kind != "lab" {
		return side{}, fmt.Errorf("-i %s: only a lab can be held against: lab or lab:NAME", which)
	}
	o := lab.Options{Name: name}
	path, err := lab.Inventory(o)
	if err != nil {
		return side{}, err
	}
	read, err := inventory.Load(path)
	if err != nil {
		return side{}, err
	}
	return side{name: "lab", flag: which, cloud: read, close: func() error { return nil }, holder: func(ctx context.Context) (string, error) {
		status, err := lab.ReadStatus(ctx, o)
		if err != nil {
			return "", err
		}
		if len(status.Holders) != 1 {
			return "", fmt.Errorf("the virtual address is on %d nodes %v", len(status.Holders), status.Holders)
		}
		return status.Holders[0], nil
	}}, nil
}

// has tells whether the cloud has a service.
func (s side) has(service string) bool { return s.cloud.ServiceByName(service) != nil }

package icmp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// ping makes a socket that needs no right but to be of a group of
// net.ipv4.ping_group_range. The kernel draws its identifier, which no other such socket
// has, and gives it the replies to that alone.
//
// Source: icmp(7), Documentation/networking/ip-sysctl.rst.
func ping(to netip.Addr) (conn net.Conn, id int, err error) {
	var at unix.Sockaddr
	family, protocol := unix.AF_INET, unix.IPPROTO_ICMP
	if to.Is6() {
		family, protocol = unix.AF_INET6, unix.IPPROTO_ICMPV6
		zone, err := index(to.Zone())
		if err != nil {
			return nil, 0, err
		}
		at = &unix.SockaddrInet6{Addr: to.As16(), ZoneId: zone}
	} else {
		at = &unix.SockaddrInet4{Addr: to.As4()}
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, protocol)
	if err != nil {
		return nil, 0, os.NewSyscallError(making, err)
	}
	file := os.NewFile(uintptr(fd), "ping")
	defer func() { _ = file.Close() }() // the connection has one of its own
	if err := unix.Connect(fd, at); err != nil {
		return nil, 0, fmt.Errorf("connect: %w", err)
	}
	conn, err = net.FileConn(file)
	if err != nil {
		return nil, 0, err
	}
	local, is := conn.LocalAddr().(*net.UDPAddr) // whose port is the identifier
	if !is {
		return nil, 0, errors.Join(fmt.Errorf("its address is a %T", conn.LocalAddr()), conn.Close())
	}
	return conn, local.Port, nil
}

// index is that of the interface of a link-local address.
func index(zone string) (uint32, error) {
	if zone == "" {
		return 0, nil
	}
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n), nil
	}
	link, err := net.InterfaceByName(zone)
	if err != nil {
		return 0, err
	}
	return uint32(link.Index), nil
}

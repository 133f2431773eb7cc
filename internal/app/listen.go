package app

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"syscall"
)

// listenError says what to do about an address that cannot be had.
func listenError(addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("another program listens on %s already; stop it, or choose another address with NEURALREPO_ADDR or --addr, such as 127.0.0.1:0 for any free port", addr)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("this user may not listen on %s; choose a port above 1023 with NEURALREPO_ADDR or --addr", addr)
	}
	return fmt.Errorf("cannot listen on %s; choose another address with NEURALREPO_ADDR or --addr: %w", addr, err)
}

// reachable returns a host and port at which this machine reaches a listener.
// One that listens everywhere is also reached by the loopback address.
func reachable(addr net.Addr) string {
	a, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if a.Addr().IsUnspecified() {
		a = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.Port())
	}
	return a.String()
}

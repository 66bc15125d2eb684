"""Keeps the tests on this machine: a connection to any other is an error that names the address."""

import ipaddress
import socket

import pytest

LOCAL_NAMES = {"", "localhost", None}


class NetworkBlockedError(RuntimeError):
    """A test tried to reach another machine."""


def is_local(host):
    """Whether a host is this machine, without asking anybody."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(autouse=True, scope="session")
def network_stays_on_this_machine():
    """Guards connecting and looking up names for the whole run."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
    look_up = socket.getaddrinfo

    def guarded(name):
        def connect(self, address):
            if self.family in {socket.AF_INET, socket.AF_INET6} and not is_local(address[0]):
                raise NetworkBlockedError(f"A test tried to connect to {address[0]}.")
            return real[name](self, address)

        return connect

    def guarded_look_up(host, *args, **kwargs):
        if not is_local(host):
            raise NetworkBlockedError(f"A test tried to look up {host}.")
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(socket.socket, name, guarded(name))
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield

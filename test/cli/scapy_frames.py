"""scapy_frames.py DEVICE MAC ADDRESS ADDRESS6 NUMBER: so many frames for our stack, of which scapy makes up the fields
(Debian's python3-scapy: run it by /usr/bin/python3)."""

import random
import sys

from scapy.all import (ARP, ICMP, IP, TCP, UDP, Ether, ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, IPv6,
                       IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, Raw, conf, fuzz)

device, mac, address, address6, number = *sys.argv[1:5], int(sys.argv[5])
random.seed(1)
conf.verb = 0

to_us, to_us6 = IP(dst=address), IPv6(dst=address6)
made_up = [
    to_us / fuzz(TCP(dport=80)), to_us / fuzz(TCP(dport=80, flags="S")), to_us / fuzz(UDP()), to_us / fuzz(ICMP()),
    to_us / fuzz(UDP(dport=80)) / Raw(b"x" * 100), fuzz(IP(dst=address)), fuzz(IP(dst=address)) / fuzz(TCP(dport=80)),
    fuzz(ARP()), fuzz(ARP(pdst=address)), to_us6 / fuzz(TCP(dport=80)), to_us6 / fuzz(UDP()),
    to_us6 / fuzz(ICMPv6EchoRequest()), to_us6 / fuzz(ICMPv6ND_NS()), to_us6 / fuzz(ICMPv6ND_NA()),
    to_us6 / fuzz(ICMPv6ND_RA()), to_us6 / fuzz(IPv6ExtHdrFragment()) / fuzz(UDP()),
    to_us6 / fuzz(IPv6ExtHdrHopByHop()) / fuzz(TCP(dport=80)), to_us6 / fuzz(IPv6ExtHdrDestOpt()) / fuzz(UDP()),
    fuzz(IPv6(dst=address6)),
]

wire = conf.L2socket(iface=device)
sent = 0
for turn in range(number):
    # What is made up may have no form on the wire: then something else is.
    try:
        wire.send(Ether(dst=mac) / made_up[turn % len(made_up)])
        sent += 1
    except Exception:
        continue
print(sent)

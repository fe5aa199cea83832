// Plays a packet script: socket calls and segments of a peer in, exact wire text out, in virtual time.
//
// A script is lines of a time and what happens then, in packetdrill's manner:
//
//     // A comment.
//     set timestamps on              before the first event: a member of tcp::Config (ecn: its EcnUse), or
//                                    family inet6, mtu OCTETS, iss NUMBER
//     0    connect                   a call: at an absolute time …
//     +0   > S 0:0(0) win 65535 <mss 1460>
//     +.01 < S. 0:0(0) ack 1 win 65535 <mss 1460>      … or later than the line before
//     +0   > . 1:1(0) ack 1
//
// `<` arrives, `>` must leave, at exactly that time; nothing may leave that no line names. `<<` arrives in
// one batch with the line below, `<x` with a bit of its text turned over. Flags are S F R P . U E W (`.` is
// ACK), then first:last(octets) of the sender's numbers. Both ends' numbers count from their SYN, and the
// host's timestamps from that of its SYN. A `>` line without `win` fits any window, with `<...>` any
// options; without brackets there must be none. `> [ttl 64 tos 0] …` is about the IP header too, and
// `< [tos 3] …` says what stands there.
//
// Calls: listen BACKLOG, connect, accept, unlisten, send OCTETS, recv OCTETS, eof, shutdown, close, abort,
// nodelay, cork, uncork, quickack, keepalive IDLE INTERVAL COUNT, keepalive_off, user_timeout SECONDS,
// linger SECONDS, maxseg OCTETS, rcvbuf OCTETS, sndbuf OCTETS, syncnt COUNT, ttl HOPS, tos NUMBER; what
// ICMP says: icmp KIND NUMBER [MTU], KIND as in IcmpNotice, about the segment that starts with NUMBER;
// from here on it is the peer of another port: peer PORT; and what must be true: state NAME, error NAME
// (or none), soft_error NAME (or none), send_fails NAME, connect_fails NAME, readable OCTETS,
// unacknowledged OCTETS, room OCTETS, cwnd OCTETS, connections COUNT, waiting COUNT.
#pragma once

#include <string>
#include <string_view>

namespace sockeye::transport::tcp::test {

/// @returns empty where everything happened as written; else the line, and what happened instead
std::string play(std::string_view script);

}  // namespace sockeye::transport::tcp::test

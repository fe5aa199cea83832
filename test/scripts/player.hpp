// Plays a packet script: socket calls and segments of a peer in, exact wire text out, in virtual time.
//
// A script is lines of a time and what happens then, in packetdrill's manner:
//
//     // A comment.
//     set timestamps on              before the first event: a member of tcp::Config
//     0    connect                   a call: at an absolute time …
//     +0   > S 0:0(0) win 65535 <mss 1460>
//     +.01 < S. 0:0(0) ack 1 win 65535 <mss 1460>      … or later than the line before
//     +0   > . 1:1(0) ack 1
//
// `<` arrives, `>` must leave, at exactly that time; nothing may leave that no line names. Flags are
// S F R P . U (`.` is ACK), then first:last(octets) of the sender's numbers. Both ends' numbers count
// from their SYN, and the host's timestamps from that of its SYN. A `>` line without `win` fits any
// window, with `<...>` any options; without brackets there must be none.
//
// Calls: listen BACKLOG, connect, accept, send OCTETS, recv OCTETS, eof, shutdown, close, abort,
// nodelay, cork, uncork, keepalive IDLE INTERVAL COUNT, user_timeout SECONDS, linger SECONDS; and what
// must be true: state NAME, error NAME (or none), readable OCTETS, connections COUNT.
#pragma once

#include <string>
#include <string_view>

namespace sockeye::transport::tcp::test {

/// @returns empty where everything happened as written; else the line, and what happened instead
std::string play(std::string_view script);

}  // namespace sockeye::transport::tcp::test

// A client of DNS that asks one server one question and tells what came back, when, and how.
#pragma once

#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"
#include "wire/dns.hpp"

namespace sockeye::app {

struct DnsReply {
    wire::DnsMessage message;
    Duration took{};                  ///< from the first question to the whole answer
    Transport over = Transport::udp;  ///< what the answer came over
    int questions = 1;                ///< datagrams that it took
};

/// Asks over UDP, again after 1 s, 2 s, 4 s and so on; over TCP where the answer is too long for a
/// datagram (RFC 7766 §5). Replies to something else are passed over.
/// @param question  must live until the task has ended
/// @returns timed_out; refused: nobody serves DNS there; unreachable; input_output: a reply over
///   TCP that is none
Task<Result<DnsReply>> ask_dns(Network& network, Address server, const wire::DnsQuestion& question,
                               Duration patience);

}  // namespace sockeye::app

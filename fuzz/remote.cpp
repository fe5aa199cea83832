#include "fuzz/target.hpp"
#include "socket/remote/message.hpp"
#include "socket/remote/records.hpp"

using namespace sockeye;
using Octets = std::vector<std::byte>;

namespace {

std::span<const std::byte> rest_of(const Octets& frame) {
    return std::span{frame}.subspan(remote::head_size);
}

/// What is read is written as octets that are read as the same, which are then written as the same octets.
template <class Read, class Write>
void go_round(std::span<const std::byte> octets, Read read, Write write) {
    const auto value = read(octets);
    if (!value) return;
    const Octets written = write(*value);
    const auto again = read(written);
    fuzz::require(again.has_value());
    fuzz::require(write(*again) == written);
}

template <class Value>
Octets body_of(const Value& value) {
    Octets frame;
    remote::write(frame, value);
    return {rest_of(frame).begin(), rest_of(frame).end()};
}

template <auto write, class Value>
Octets record_of(const Value& value) {
    Octets octets;
    write(octets, value);
    return octets;
}

}  // namespace

/// The messages between a lab and programs outside it, and the records in them.
FUZZ_TARGET(bytes) {
    go_round(bytes, remote::parse_request, body_of<remote::Request>);
    go_round(bytes, remote::parse_message, body_of<remote::Message>);
    go_round(bytes, remote::parse_question, record_of<remote::write_question, remote::Question>);
    go_round(bytes, remote::parse_host_entry, record_of<remote::write_host_entry, HostEntry>);
    go_round(bytes, remote::parse_tcp_info, record_of<remote::write_tcp_info, TcpInfo>);
    go_round(bytes, remote::parse_interfaces,
             record_of<remote::write_interfaces, std::vector<InterfaceName>>);
}

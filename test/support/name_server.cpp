#include "test/support/name_server.hpp"

#include "wire/dns_query.hpp"

namespace sockeye::test {
namespace {

using wire::DnsMessage;
using wire::DnsName;
using wire::DnsRecord;
using wire::DnsType;

DnsName name_of(std::string_view text) {
    return DnsName::parse(text).value();
}

std::span<const std::byte> octets_of(const Bytes& bytes) {
    return {bytes.data(), bytes.size()};
}

}  // namespace

NameServer::NameServer(Network& network, const Address& at) : network_{network} {
    // A port that UDP has free, somebody else may have for TCP.
    for (bool again = true; std::exchange(again, false);) {
        datagrams_ = create_datagram_server(network, at).value();
        address_ = datagrams_.getsockname().value();
        Result<Socket> streams = create_server(network, address_);
        if (streams || at.port() != 0)
            streams_ = std::move(streams).value();
        else
            again = true;
    }
    network.spawn(serve_datagrams());
    network.spawn(serve_streams());
}

void NameServer::add(std::string_view name, std::string_view ip, std::uint32_t ttl) {
    const IpAddress address = IpAddress::parse(ip).value();
    const DnsType type = address.family() == Family::inet ? DnsType::a : DnsType::aaaa;
    records_.push_back({.name = name_of(name), .type = type, .ttl = ttl, .data = address});
}

void NameServer::add_alias(std::string_view alias, std::string_view name) {
    records_.push_back({.name = name_of(alias), .type = DnsType::cname, .ttl = 60, .data = name_of(name)});
}

void NameServer::add_pointer(std::string_view ip, std::string_view name) {
    records_.push_back({.name = wire::reverse_dns_name(IpAddress::parse(ip).value()),
                        .type = DnsType::ptr,
                        .ttl = 60,
                        .data = name_of(name)});
}

void NameServer::note(const DnsMessage& asked, std::string_view how) {
    const wire::DnsQuestion& question = asked.questions.at(0);
    const std::string_view type = question.type == DnsType::a      ? " A"
                                  : question.type == DnsType::aaaa ? " AAAA"
                                                                   : " PTR";
    questions.push_back(question.name.to_string().append(type).append(how));
}

/// Follows aliases, as a name server does (RFC 1034 §4.3.2).
DnsMessage NameServer::answer(const DnsMessage& asked) const {
    DnsMessage reply{.id = asked.id,
                     .is_response = true,
                     .recursion_desired = asked.recursion_desired,
                     .recursion_available = true,
                     .questions = asked.questions};
    const wire::DnsQuestion& question = asked.questions.at(0);
    if (const auto code = codes_.find(question.name.to_string()); code != codes_.end()) {
        reply.code = code->second;
        return reply;
    }
    DnsName name = question.name;
    bool exists = false;
    for (std::size_t i = 0; i < records_.size(); ++i) {
        const DnsRecord& record = records_[i];
        if (record.name != name) continue;
        exists = true;
        if (record.type != question.type && record.type != DnsType::cname) continue;
        reply.answers.push_back(record);
        if (record.type != DnsType::cname) continue;
        name = std::get<DnsName>(record.data);
        i = static_cast<std::size_t>(-1);  // from the first record again
    }
    if (!exists) reply.code = wire::DnsCode::name_error;
    return reply;
}

Task<> NameServer::serve_datagrams() {
    while (auto datagram = co_await datagrams_.recvfrom(1500)) {
        auto asked = wire::parse_dns(octets_of(datagram->bytes));
        if (!asked) continue;
        note(*asked, "");
        if (ignored_ > 0)
            --ignored_;
        else
            network_.spawn(answer_later(std::move(*asked), datagram->sender));
    }
}

Task<> NameServer::answer_later(DnsMessage asked, Address asker) {
    const auto found = delays_.find(asked.questions.at(0).type);
    if (found != delays_.end()) (void)co_await network_.sleep(found->second);  // nobody stops it
    DnsMessage reply = answer(asked);
    if (truncates_) {
        reply.truncated = true;
        reply.answers.clear();
    }
    const std::vector<std::byte> octets = wire::write_dns(reply);
    (void)co_await datagrams_.sendto(std::span{octets}, asker);  // whoever asked may have gone
}

Task<> NameServer::serve_streams() {
    while (auto accepted = co_await streams_.accept())
        network_.spawn(serve_stream(std::move(accepted->socket)));
}

/// RFC 1035 §4.2.2: the length in two octets, then the message.
Task<> NameServer::serve_stream(Socket connection) {
    std::string text;
    while (auto bytes = co_await connection.recv(1500)) {
        if (bytes->empty()) co_return;
        text += bytes->text();
        const auto message = wire::unframe_dns(std::as_bytes(std::span{text}));
        if (!message) continue;
        const auto asked = wire::parse_dns(*message);
        if (!asked) co_return;
        note(*asked, " over TCP");
        const std::vector<std::byte> octets = wire::frame_dns(wire::write_dns(answer(*asked)));
        (void)co_await connection.sendall(std::span{octets});  // whoever asked may have gone
        text.clear();
    }
}

}  // namespace sockeye::test

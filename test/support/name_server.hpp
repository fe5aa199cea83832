// A name server for tests, as a program on any network: it answers what it was told to.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sockeye/socket.hpp"
#include "wire/dns.hpp"

namespace sockeye::test {

/// Over UDP and TCP at one port. Its tasks are the network's, so it must outlive what runs that.
class NameServer {
public:
    NameServer(Network& network, const Address& at);

    const Address& address() const { return address_; }

    /// A or AAAA.
    void add(std::string_view name, std::string_view ip, std::uint32_t ttl = 60);
    void add_alias(std::string_view alias, std::string_view name);
    void add_pointer(std::string_view ip, std::string_view name);
    void fail(std::string_view name, wire::DnsCode code) { codes_[std::string{name}] = code; }
    /// Answers to questions of that type take so long.
    void delay(wire::DnsType type, Duration by) { delays_[type] = by; }
    /// Hears the next so many questions without answering.
    void ignore(int count) { ignored_ = count; }
    /// Says over UDP that the answer is too long for it.
    void truncate() { truncates_ = true; }

    /// "web.example A", "web.example AAAA over TCP": all that were asked, in order.
    std::vector<std::string> questions;

private:
    Task<> serve_datagrams();
    Task<> answer_later(wire::DnsMessage asked, Address asker);
    Task<> serve_streams();
    Task<> serve_stream(Socket connection);
    wire::DnsMessage answer(const wire::DnsMessage& asked) const;
    void note(const wire::DnsMessage& asked, std::string_view how);

    Network& network_;
    Socket datagrams_;
    Socket streams_;
    Address address_;
    std::vector<wire::DnsRecord> records_;
    std::map<std::string, wire::DnsCode> codes_;
    std::map<wire::DnsType, Duration> delays_;
    int ignored_ = 0;
    bool truncates_ = false;
};

}  // namespace sockeye::test

#include "test/packetdrill/calls.hpp"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>
#include <regex>
#include <set>
#include <stdexcept>

#include "packetdrill/sockaddr.hpp"
#include "test/packetdrill/constants.hpp"

namespace sockeye::packetdrill::test {
namespace {

constexpr std::uint16_t port = 8080;

/// "[4]" without its brackets, or what it is.
std::string inside(const std::string& text) {
    const bool bracketed = !text.empty() && (text.front() == '[' || text.front() == '{');
    return bracketed ? text.substr(1, text.size() - 2) : text;
}

/// "revents=POLLIN" in "{fd=3, events=POLLIN, revents=POLLIN}".
std::string field(const std::string& text, const std::string& name) {
    std::smatch found;
    const std::regex pattern{"[{ ,]" + name + "=([^,}]+)"};
    return std::regex_search(text, found, pattern) ? found[1].str() : "0";
}

/// The lengths in "[{..., 10}, {..., 20}]", with memory behind each.
struct Buffers {
    explicit Buffers(const std::string& text) {
        static const std::regex one{R"(\{\s*\.\.\.\s*,\s*(\d+)\s*\})"};
        for (auto each = std::sregex_iterator{text.begin(), text.end(), one}; each != std::sregex_iterator{};
             ++each)
            memory.emplace_back(std::stoul((*each)[1].str()));
        for (auto& block : memory) parts.push_back({block.data(), block.size()});
    }
    std::vector<std::vector<std::byte>> memory;
    std::vector<iovec> parts;
};

std::string name_of(int number) {
    const char* const name = ::strerrorname_np(number);
    return name == nullptr ? std::to_string(number) : name;
}

}  // namespace

int Calls::fd(const std::string& script_fd) const {
    const auto found = live_.find(std::stol(script_fd));
    return found == live_.end() ? -1 : found->second;
}

std::string Calls::make(const Call& call) {
    static const std::set<std::string> openers{"socket", "accept", "epoll_create"};
    otherwise_.clear();
    errno = 0;
    const long result = run(call);
    const int why = errno;
    if (openers.contains(call.name) && result >= 0 && call.result >= 0) {
        live_[call.result] = static_cast<int>(result);
        if (call.name != "epoll_create") under_test_ = static_cast<int>(result);
        return otherwise_;
    }
    if (result != call.result)
        return "returned " + std::to_string(result) + (result < 0 ? " " + name_of(why) : "");
    if (result < 0 && !call.error.empty() && name_of(why) != call.error) return "failed with " + name_of(why);
    return otherwise_;
}

long Calls::run(const Call& call) {
    static const std::set<std::string> of_octets{"read", "write", "recv", "send", "sendto", "recvfrom"};
    static const std::set<std::string> of_messages{"readv", "writev", "recvmsg", "sendmsg"};
    static const std::set<std::string> of_readiness{"poll", "epoll_create", "epoll_ctl", "epoll_wait"};
    if (of_octets.contains(call.name)) return octets(call);
    if (of_messages.contains(call.name)) return messages(call);
    if (of_readiness.contains(call.name)) return readiness(call);
    if (call.name.ends_with("sockopt")) return options(call);
    return others(call);
}

long Calls::octets(const Call& call) {
    const Arguments& a = call.arguments;
    std::vector<std::byte> memory(static_cast<std::size_t>(evaluate(a.at(2))));
    const int at = fd(a.at(0));
    const int flags = a.size() > 3 ? static_cast<int>(evaluate(a[3])) : 0;
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* const address = reinterpret_cast<sockaddr*>(&storage);
    if (call.name == "read") return door_->read(door_.self(), at, memory.data(), memory.size());
    if (call.name == "write") return door_->write(door_.self(), at, memory.data(), memory.size());
    if (call.name == "recv") return door_->recv(door_.self(), at, memory.data(), memory.size(), flags);
    if (call.name == "send") return door_->send(door_.self(), at, memory.data(), memory.size(), flags);
    if (call.name == "recvfrom")
        return door_->recvfrom(door_.self(), at, memory.data(), memory.size(), flags, address, &length);
    length = write_sockaddr(remote_, storage);
    return door_->sendto(door_.self(), at, memory.data(), memory.size(), flags, address, length);
}

long Calls::messages(const Call& call) {
    const Arguments& a = call.arguments;
    Buffers buffers{a.at(1)};
    const int count = static_cast<int>(buffers.parts.size());
    const int at = fd(a.at(0));
    if (call.name == "readv") return door_->readv(door_.self(), at, buffers.parts.data(), count);
    if (call.name == "writev") return door_->writev(door_.self(), at, buffers.parts.data(), count);
    msghdr message{};
    message.msg_iov = buffers.parts.data();
    message.msg_iovlen = buffers.parts.size();
    const int flags = static_cast<int>(evaluate(a.at(2)));
    if (call.name == "sendmsg") return door_->sendmsg(door_.self(), at, &message, flags);
    return door_->recvmsg(door_.self(), at, &message, flags);
}

long Calls::options(const Call& call) {
    const Arguments& a = call.arguments;
    const int at = fd(a.at(0));
    int level = static_cast<int>(evaluate(a.at(1)));
    int name = static_cast<int>(evaluate(a.at(2)));
    if (family_ == Family::inet6 && level == SOL_IP) {  // the same of the other family
        level = SOL_IPV6;
        name = name == IP_TOS ? IPV6_TCLASS : name == IP_TTL ? IPV6_UNICAST_HOPS : IPV6_RECVERR;
    }
    if (level == SOL_SOCKET && name == SO_LINGER) {
        const linger value{.l_onoff = static_cast<int>(evaluate(field(a.at(3), "onoff"))),
                           .l_linger = static_cast<int>(evaluate(field(a.at(3), "linger")))};
        return door_->setsockopt(door_.self(), at, level, name, &value, sizeof value);
    }
    if (level == SOL_SOCKET && name == SO_RCVTIMEO) {
        const timeval value{.tv_sec = evaluate(field(a.at(3), "sec")),
                            .tv_usec = evaluate(field(a.at(3), "usec"))};
        return door_->setsockopt(door_.self(), at, level, name, &value, sizeof value);
    }
    int value = static_cast<int>(evaluate(inside(a.at(3))));
    if (call.name == "setsockopt")
        return door_->setsockopt(door_.self(), at, level, name, &value, sizeof value);
    int actual = 0;
    socklen_t length = sizeof actual;
    const long result = door_->getsockopt(door_.self(), at, level, name, &actual, &length);
    if (result == 0 && actual != value) differ("the option is " + std::to_string(actual));
    return result;
}

long Calls::readiness(const Call& call) {
    const Arguments& a = call.arguments;
    if (call.name == "epoll_create")
        return door_->epoll_create(door_.self(), static_cast<int>(evaluate(a.at(0))));
    if (call.name == "epoll_ctl") {
        epoll_event event{.events = static_cast<std::uint32_t>(evaluate(field(a.at(3), "events"))),
                          .data = {}};
        event.data.fd = static_cast<int>(std::stol(a.at(2)));
        return door_->epoll_ctl(door_.self(), fd(a.at(0)), static_cast<int>(evaluate(a.at(1))), fd(a.at(2)),
                                &event);
    }
    if (call.name == "epoll_wait") {
        epoll_event event{};
        const long count =
            door_->epoll_wait(door_.self(), fd(a.at(0)), &event, 1, static_cast<int>(evaluate(a.at(3))));
        const long expected = evaluate(field(a.at(1), "events"));
        if (count == 1 && event.events != static_cast<std::uint32_t>(expected))
            differ("its events are " + std::to_string(event.events));
        return count;
    }
    const std::string& one = a.at(0);
    pollfd each{.fd = fd(field(one, "fd")),
                .events = static_cast<short>(evaluate(field(one, "events"))),
                .revents = 0};
    const long count = door_->poll(door_.self(), &each, 1, static_cast<int>(evaluate(a.at(2))));
    if (each.revents != evaluate(field(one, "revents"))) differ("revents is " + std::to_string(each.revents));
    return count;
}

long Calls::others(const Call& call) {
    const Arguments& a = call.arguments;
    void* const self = door_.self();
    sockaddr_storage storage{};
    auto* const address = reinterpret_cast<sockaddr*>(&storage);
    if (call.name == "socket")
        return door_->socket(self, family_ == Family::inet6 ? AF_INET6 : AF_INET,
                             static_cast<int>(evaluate(a.at(1))), static_cast<int>(evaluate(a.at(2))));
    const int at = call.name == "pipe" ? -1 : fd(a.at(0));
    const auto number = [&](std::size_t i) { return static_cast<int>(evaluate(a.at(i))); };
    if (call.name == "bind") {
        const socklen_t length = write_sockaddr({IpAddress::any(family_), port}, storage);
        return door_->bind(self, at, address, length);
    }
    if (call.name == "listen") return door_->listen(self, at, number(1));
    if (call.name == "connect") {
        const socklen_t length = write_sockaddr(remote_, storage);
        return door_->connect(self, at, address, length);
    }
    if (call.name == "accept") {
        socklen_t length = sizeof storage;
        return door_->accept(self, at, address, &length);
    }
    if (call.name == "close") return door_->close(self, at);
    if (call.name == "shutdown") return door_->shutdown(self, at, number(1));
    if (call.name == "fcntl")
        return a.size() > 2 ? door_->fcntl(self, at, number(1), number(2))
                            : door_->fcntl(self, at, number(1));
    if (call.name == "ioctl") {
        int value = 0;
        const long result = door_->ioctl(self, at, static_cast<unsigned long>(number(1)), &value);
        if (result == 0 && value != evaluate(inside(a.at(2)))) differ("it is " + std::to_string(value));
        return result;
    }
    if (call.name == "splice")
        return door_->splice(self, at, nullptr, fd(a.at(2)), nullptr, static_cast<std::size_t>(number(4)),
                             static_cast<unsigned>(number(5)));
    if (call.name == "pipe") {
        int fds[2] = {-1, -1};
        const long result = door_->pipe(self, fds);
        const std::string pair = inside(a.at(0));
        live_[std::stol(pair)] = fds[0];
        live_[std::stol(pair.substr(pair.find(',') + 1))] = fds[1];
        return result;
    }
    throw std::invalid_argument{"no such call: " + call.name};
}

long Calls::tcp_info(const std::string& name) {
    ::tcp_info info{};
    socklen_t length = sizeof info;
    if (door_->getsockopt(door_.self(), under_test_, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return -1;
    const std::map<std::string, long> fields{
        {"tcpi_state", info.tcpi_state},
        {"tcpi_snd_cwnd", info.tcpi_snd_cwnd},
        {"tcpi_unacked", info.tcpi_unacked},
        {"tcpi_retransmits", info.tcpi_retransmits},
        {"tcpi_snd_mss", info.tcpi_snd_mss},
        {"tcpi_total_retrans", info.tcpi_total_retrans},
        {"tcpi_sacked", info.tcpi_sacked},
        {"tcpi_options", info.tcpi_options},
        {"tcpi_rto", info.tcpi_rto},
        {"tcpi_snd_ssthresh", info.tcpi_snd_ssthresh},
        {"tcpi_bytes_acked", static_cast<long>(info.tcpi_bytes_acked)},
        {"tcpi_bytes_received", static_cast<long>(info.tcpi_bytes_received)}};
    return fields.at(name);
}

}  // namespace sockeye::packetdrill::test

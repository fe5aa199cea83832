#include "socket/remote/records.hpp"

#include <algorithm>
#include <utility>

#include "socket/remote/fields.hpp"

namespace sockeye::remote {
namespace {

constexpr std::size_t most_of_a_kind = 32;  // of the longest texts, so many fit into a message

template <class List, class Put>
void put_list(Appender& out, const List& list, Put put_one) {
    const std::size_t count = std::min(list.size(), most_of_a_kind);
    out.u16(static_cast<std::uint16_t>(count));
    for (std::size_t i = 0; i < count; ++i) put_one(list[i]);
}

template <class T, class Take>
std::vector<T> take_list(Reader& in, bool& fine, Take take_one) {
    std::vector<T> list;
    const std::size_t count = in.u16();
    if (count > most_of_a_kind) fine = false;
    for (std::size_t i = 0; i < count && fine && in.ok(); ++i) list.push_back(take_one());
    return list;
}

bool is_done(const Reader& in, bool fine) {
    return fine && in.ok() && in.remaining() == 0;
}

void put_time(Appender& out, Duration time) {
    out.u64(static_cast<std::uint64_t>(time.count()));
}

Duration take_time(Reader& in) {
    return Duration{static_cast<std::int64_t>(in.u64())};
}

}  // namespace

void write_question(std::vector<std::byte>& out, const Question& question) {
    Appender to{out};
    put(to, question.name);
    put_list(to, question.servers, [&](const Address& server) { put(to, server); });
}

std::optional<Question> parse_question(std::span<const std::byte> octets) {
    Reader in{octets};
    bool fine = true;
    Question question;
    question.name = take_text(in, fine);
    question.servers = take_list<Address>(in, fine, [&] { return take_address(in, fine); });
    if (!is_done(in, fine)) return std::nullopt;
    return question;
}

void write_host_entry(std::vector<std::byte>& out, const HostEntry& entry) {
    Appender to{out};
    put(to, entry.name);
    put_list(to, entry.aliases, [&](const std::string& alias) { put(to, alias); });
    put_list(to, entry.addresses, [&](const IpAddress& address) { put(to, Address{address, 0}); });
}

std::optional<HostEntry> parse_host_entry(std::span<const std::byte> octets) {
    Reader in{octets};
    bool fine = true;
    HostEntry entry;
    entry.name = take_text(in, fine);
    entry.aliases = take_list<std::string>(in, fine, [&] { return take_text(in, fine); });
    entry.addresses = take_list<IpAddress>(in, fine, [&] { return take_address(in, fine).ip(); });
    if (!is_done(in, fine)) return std::nullopt;
    return entry;
}

void write_interfaces(std::vector<std::byte>& out, const std::vector<InterfaceName>& interfaces) {
    Appender to{out};
    put_list(to, interfaces, [&](const InterfaceName& interface) {
        to.u32(interface.index);
        put(to, interface.name);
    });
}

std::optional<std::vector<InterfaceName>> parse_interfaces(std::span<const std::byte> octets) {
    Reader in{octets};
    bool fine = true;
    auto interfaces = take_list<InterfaceName>(in, fine, [&] {
        InterfaceName interface;
        interface.index = in.u32();
        interface.name = take_text(in, fine);
        return interface;
    });
    if (!is_done(in, fine)) return std::nullopt;
    return interfaces;
}

void write_tcp_info(std::vector<std::byte>& out, const TcpInfo& info) {
    Appender to{out};
    to.u8(std::to_underlying(info.state));
    to.u8(info.retries);
    put_time(to, info.rtt);
    put_time(to, info.rto);
    for (const std::uint32_t number : {info.send_mss, info.congestion_window, info.slow_start_threshold,
                                       info.in_flight, info.unsent, info.send_window})
        to.u32(number);
}

std::optional<TcpInfo> parse_tcp_info(std::span<const std::byte> octets) {
    Reader in{octets};
    TcpInfo info;
    const std::uint8_t state = in.u8();
    info.state = static_cast<TcpState>(state);
    info.retries = in.u8();
    info.rtt = take_time(in);
    info.rto = take_time(in);
    for (std::uint32_t* number : {&info.send_mss, &info.congestion_window, &info.slow_start_threshold,
                                  &info.in_flight, &info.unsent, &info.send_window})
        *number = in.u32();
    if (!is_done(in, state <= std::to_underlying(TcpState::time_wait))) return std::nullopt;
    return info;
}

}  // namespace sockeye::remote

#include "socket/remote/message.hpp"

#include <cassert>
#include <utility>

#include "socket/remote/fields.hpp"

namespace sockeye::remote {
namespace {

enum class Kind : std::uint8_t { answer, ready, ended };

// ---- what goes beside a message

namespace has {
constexpr std::uint8_t credentials = 1;
constexpr std::uint8_t packet_info = 2;
constexpr std::uint8_t hop_limit = 4;
constexpr std::uint8_t traffic_class = 8;
constexpr std::uint8_t timestamp = 16;
constexpr std::uint8_t all = 31;
}  // namespace has

std::uint8_t present_in(const Beside& beside) {
    int bits = 0;
    if (beside.credentials) bits |= has::credentials;
    if (beside.packet_info) bits |= has::packet_info;
    if (beside.hop_limit) bits |= has::hop_limit;
    if (beside.traffic_class) bits |= has::traffic_class;
    if (beside.timestamp) bits |= has::timestamp;
    return static_cast<std::uint8_t>(bits);
}

void put(Appender& out, const Beside& beside) {
    out.u8(present_in(beside));
    if (beside.credentials) {
        out.u32(static_cast<std::uint32_t>(beside.credentials->process));
        out.u32(beside.credentials->user);
        out.u32(beside.credentials->group);
    }
    if (beside.packet_info) {
        remote::put(out, Address{beside.packet_info->address, 0});
        out.u32(beside.packet_info->interface);
    }
    if (beside.hop_limit) out.u32(static_cast<std::uint32_t>(*beside.hop_limit));
    if (beside.traffic_class) out.u32(static_cast<std::uint32_t>(*beside.traffic_class));
    if (beside.timestamp) out.u64(static_cast<std::uint64_t>(beside.timestamp->time_since_epoch().count()));
}

Credentials take_credentials(Reader& in) {
    Credentials credentials;
    credentials.process = static_cast<std::int32_t>(in.u32());
    credentials.user = in.u32();
    credentials.group = in.u32();
    return credentials;
}

PacketInfo take_packet_info(Reader& in, bool& fine) {
    const Address address = take_address(in, fine);
    if (address.family() == Family::unix_ || address.port() != 0 || address.scope() != 0) fine = false;
    return {.address = address.ip(), .interface = in.u32()};
}

WallTime take_time(Reader& in) {
    return WallTime{Duration{static_cast<std::int64_t>(in.u64())}};
}

Beside take_beside(Reader& in, bool& fine) {
    Beside beside;
    const std::uint8_t bits = in.u8();
    if (bits > has::all) fine = false;
    if ((bits & has::credentials) != 0) beside.credentials = take_credentials(in);
    if ((bits & has::packet_info) != 0) beside.packet_info = take_packet_info(in, fine);
    if ((bits & has::hop_limit) != 0) beside.hop_limit = static_cast<int>(in.u32());
    if ((bits & has::traffic_class) != 0) beside.traffic_class = static_cast<int>(in.u32());
    if ((bits & has::timestamp) != 0) beside.timestamp = take_time(in);
    return beside;
}

// ---- octets, always the last field

void put_octets(Appender& out, std::span<const std::byte> octets) {
    assert(octets.size() <= most_octets);
    out.bytes(octets);
}

std::span<const std::byte> take_octets(Reader& in, bool& fine) {
    const std::span<const std::byte> octets = in.rest();
    if (octets.size() > most_octets) fine = false;
    in.skip(octets.size());
    return octets;
}

// ---- what the host says

void body(Appender& out, const Answer& answer) {
    out.u8(std::to_underlying(Kind::answer));
    out.u8(answer.failure ? 1 : 0);
    if (answer.failure) {
        out.u8(std::to_underlying(answer.failure->code));
        return remote::put(out, answer.failure->detail);
    }
    out.u8(answer.marks);
    out.u64(answer.value);
    remote::put(out, answer.address);
    put(out, answer.beside);
    put_octets(out, answer.octets);
}

void body(Appender& out, const Ready& ready) {
    out.u8(std::to_underlying(Kind::ready));
    out.u32(ready.at);
    out.u8(std::to_underlying(ready.interest));
}

void body(Appender& out, const Ended& ended) {
    out.u8(std::to_underlying(Kind::ended));
    remote::put(out, ended.why);
}

Failure take_failure(Reader& in, bool& fine) {
    Failure failure;
    const std::uint8_t code = in.u8();
    if (code > std::to_underlying(Errc::input_output)) fine = false;
    failure.code = static_cast<Errc>(code);
    failure.detail = take_text(in, fine);
    return failure;
}

Answer take_answer(Reader& in, bool& fine) {
    Answer answer;
    const std::uint8_t has_failed = in.u8();
    if (has_failed > 1) fine = false;
    if (has_failed != 0) {
        answer.failure = take_failure(in, fine);
        return answer;
    }
    answer.marks = in.u8();
    answer.value = in.u64();
    answer.address = take_address(in, fine);
    answer.beside = take_beside(in, fine);
    answer.octets = take_octets(in, fine);
    return answer;
}

Ready take_ready(Reader& in, bool& fine) {
    Ready ready;
    ready.at = in.u32();
    const std::uint8_t interest = in.u8();
    if (interest > std::to_underlying(backend::Interest::write)) fine = false;
    ready.interest = static_cast<backend::Interest>(interest);
    return ready;
}

/// Leaves room for the length in front, writes the rest, and comes back.
template <class Body>
void write_frame(std::vector<std::byte>& out, Body write_rest) {
    const std::size_t from = out.size();
    Appender appender{out};
    appender.zeros(head_size);
    write_rest(appender);
    const std::size_t length = out.size() - from - head_size;
    assert(length <= longest_frame);
    Writer{std::span{out}.subspan(from, head_size)}.u32(static_cast<std::uint32_t>(length));
}

}  // namespace

void write(std::vector<std::byte>& out, const Request& request) {
    write_frame(out, [&](Appender& rest) {
        rest.u8(std::to_underlying(request.call));
        rest.u32(request.at);
        rest.u32(request.first);
        rest.u32(request.second);
        rest.u64(request.value);
        remote::put(rest, request.address);
        put(rest, request.beside);
        put_octets(rest, request.octets);
    });
}

void write(std::vector<std::byte>& out, const Message& message) {
    write_frame(out, [&](Appender& rest) { std::visit([&](const auto& its) { body(rest, its); }, message); });
}

std::optional<std::size_t> parse_head(std::span<const std::byte, head_size> octets) {
    const std::size_t length = Reader{octets}.u32();
    if (length == 0 || length > longest_frame) return std::nullopt;
    return length;
}

std::optional<Request> parse_request(std::span<const std::byte> frame) {
    Reader in{frame};
    bool fine = true;
    Request request;
    const std::uint8_t call = in.u8();
    if (call >= calls) return std::nullopt;
    request.call = static_cast<Call>(call);
    request.at = in.u32();
    request.first = in.u32();
    request.second = in.u32();
    request.value = in.u64();
    request.address = take_address(in, fine);
    request.beside = take_beside(in, fine);
    request.octets = take_octets(in, fine);
    if (!in.ok() || !fine) return std::nullopt;
    return request;
}

std::optional<Message> parse_message(std::span<const std::byte> frame) {
    Reader in{frame};
    bool fine = true;
    Message message;
    switch (in.u8()) {
        case std::to_underlying(Kind::answer): message = take_answer(in, fine); break;
        case std::to_underlying(Kind::ready): message = take_ready(in, fine); break;
        case std::to_underlying(Kind::ended): message = Ended{take_text(in, fine)}; break;
        default: return std::nullopt;
    }
    if (!in.ok() || !fine || in.remaining() > 0) return std::nullopt;
    return message;
}

}  // namespace sockeye::remote

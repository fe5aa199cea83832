#include "app/transfer/message.hpp"

#include <algorithm>
#include <utility>

#include "app/transfer/name.hpp"
#include "base/appender.hpp"
#include "base/reader.hpp"

namespace sockeye::app::transfer {
namespace {

constexpr std::string_view protocol = "SOCKEYE-TRANSFER/";
constexpr std::string_view sender_greeting = "SOCKEYE-TRANSFER/1 send\n";
constexpr std::string_view receiver_greeting = "SOCKEYE-TRANSFER/1 recv\n";
static_assert(sender_greeting.size() == greeting_size && receiver_greeting.size() == greeting_size);

constexpr std::size_t longest_text = 1024;

constexpr std::uint8_t type_of(const Message& message) {
    return static_cast<std::uint8_t>(message.index() + 1);
}
constexpr std::uint8_t data_type = 7;
static_assert(std::is_same_v<std::variant_alternative_t<data_type - 1, Message>, Data>);

/// Of the body, by type.
constexpr std::array<std::size_t, std::variant_size_v<Message>> most_octets{1 + 4 + 8 + 8 + longest_path,
                                                                            4,
                                                                            4,
                                                                            4 + 8 + 2 * Digest::size,
                                                                            0,
                                                                            4 + 8,
                                                                            Digest::size + block_size,
                                                                            8 + Digest::size,
                                                                            0,
                                                                            0,
                                                                            1 + longest_text};

Error broken(std::string detail) {
    return {Errc::input_output, "recv", std::move(detail)};
}

void body(Appender& out, const Entry& entry) {
    out.u8(std::to_underlying(entry.kind));
    out.u32(entry.mode);
    out.u64(static_cast<std::uint64_t>(entry.modified.time_since_epoch().count()));
    out.u64(entry.size);
    out.bytes(entry.path);
}
void body(Appender& out, const ListEnd& end) {
    out.u32(end.entries);
}
void body(Appender& out, const Skip& skip) {
    out.u32(skip.entry);
}
void body(Appender& out, const Have& have) {
    out.u32(have.entry);
    out.u64(have.blocks);
    out.bytes(have.chain.octets);
    out.bytes(have.last.octets);
}
void body(Appender&, const Go&) {}
void body(Appender& out, const FileBegin& begin) {
    out.u32(begin.entry);
    out.u64(begin.block);
}
void body(Appender& out, const Data& data) {
    out.bytes(data.digest.octets);
    out.bytes(data.octets);
}
void body(Appender& out, const FileEnd& end) {
    out.u64(end.size);
    out.bytes(end.chain.octets);
}
void body(Appender&, const Done&) {}
void body(Appender&, const Stored&) {}
void body(Appender& out, const Failure& failure) {
    out.u8(std::to_underlying(failure.code));
    out.bytes(std::string_view{failure.text}.substr(0, longest_text));
}

Digest digest(Reader& in) {
    return {in.array<Digest::size>()};
}

std::string text(Reader& in) {
    return std::string{BytesView{in.bytes(in.remaining())}.text()};
}

Message entry(Reader& in) {
    Entry entry;
    entry.kind = static_cast<Entry::Kind>(in.u8());
    entry.mode = in.u32();
    entry.modified = WallTime{Duration{static_cast<std::int64_t>(in.u64())}};
    entry.size = in.u64();
    entry.path = text(in);
    return entry;
}
Message list_end(Reader& in) {
    return ListEnd{in.u32()};
}
Message skip(Reader& in) {
    return Skip{in.u32()};
}
Message have(Reader& in) {
    Have have;
    have.entry = in.u32();
    have.blocks = in.u64();
    have.chain = digest(in);
    have.last = digest(in);
    return have;
}
Message go(Reader&) {
    return Go{};
}
Message file_begin(Reader& in) {
    FileBegin begin;
    begin.entry = in.u32();
    begin.block = in.u64();
    return begin;
}
Message data(Reader& in) {
    Data data;
    data.digest = digest(in);
    data.octets = in.bytes(in.remaining());
    return data;
}
Message file_end(Reader& in) {
    FileEnd end;
    end.size = in.u64();
    end.chain = digest(in);
    return end;
}
Message done(Reader&) {
    return Done{};
}
Message stored(Reader&) {
    return Stored{};
}
Message failure(Reader& in) {
    Failure failure;
    failure.code = static_cast<Errc>(in.u8());
    failure.text = text(in);
    return failure;
}

/// By type.
constexpr std::array<Message (*)(Reader&), std::variant_size_v<Message>> readers{
    entry, list_end, skip, have, go, file_begin, data, file_end, done, stored, failure};

/// What a body of the right length may still have wrong.
bool makes_sense(const Message& message) {
    if (const auto* entry = std::get_if<Entry>(&message))
        return entry->kind <= Entry::Kind::stream && entry->mode <= 0777 && entry->size <= INT64_MAX;
    if (const auto* failure = std::get_if<Failure>(&message)) return failure->code <= Errc::input_output;
    return true;
}

}  // namespace

std::string_view greeting_of(Role role) {
    return role == Role::sender ? sender_greeting : receiver_greeting;
}

Result<void> check_greeting(std::string_view greeting, Role own) {
    if (greeting == greeting_of(own == Role::sender ? Role::receiver : Role::sender)) return {};
    if (greeting == greeting_of(own))
        return std::unexpected{
            broken(own == Role::sender ? "the other end sends, too" : "the other end receives, too")};
    if (greeting.starts_with(protocol))
        return std::unexpected{broken("the other end speaks another version of this protocol")};
    return std::unexpected{broken("the other end is no sockeye send or recv")};
}

Result<Head> parse_head(std::span<const std::byte> octets) {
    Reader in{octets};
    Head head;
    head.type = in.u8();
    head.length = in.u32();
    if (!in.ok() || head.type == 0 || head.type > most_octets.size())
        return std::unexpected{broken("the other end says what is no message")};
    if (head.length > most_octets[head.type - 1U])
        return std::unexpected{broken("the other end sends a message that is too long")};
    return head;
}

Result<Message> parse_body(const Head& head, std::span<const std::byte> body) {
    Reader in{body};
    Message message = readers.at(head.type - 1U)(in);
    if (!in.ok() || in.remaining() > 0 || !makes_sense(message))
        return std::unexpected{broken("the other end sends a message that makes no sense")};
    return message;
}

void write(std::vector<std::byte>& out, const Message& message) {
    const std::size_t start = out.size();
    Appender appender{out};
    appender.zeros(Head::size);
    std::visit([&](const auto& value) { body(appender, value); }, message);
    Writer head{std::span{out}.subspan(start, Head::size)};
    head.u8(type_of(message));
    head.u32(static_cast<std::uint32_t>(out.size() - start - Head::size));
}

void write_data_head(std::span<std::byte> frame, const Digest& digest) {
    Writer head{frame.first(data_offset)};
    head.u8(data_type);
    head.u32(static_cast<std::uint32_t>(frame.size() - Head::size));
    head.bytes(digest.octets);
}

}  // namespace sockeye::app::transfer

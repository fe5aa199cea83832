// Reading a message: RFC 1035 §4 with the bounds that its pointers need.
#include <utility>

#include "base/reader.hpp"
#include "wire/dns.hpp"

namespace sockeye::wire {
namespace {

constexpr std::uint8_t label_kind = 0xc0;  // the two highest bits
constexpr std::uint8_t pointer = 0xc0;
constexpr std::uint16_t pointer_mask = 0x3fff;
constexpr int most_pointers = 127;  // a name of 255 octets has no more labels

using Octets = std::span<const std::byte>;

std::string_view characters(Octets bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The message as a whole, which pointers point into, and what has not been read of it.
class MessageReader {
public:
    explicit MessageReader(Octets message) : message_{message}, in_{message} {}

    Reader& fields() { return in_; }
    std::size_t position() const { return message_.size() - in_.remaining(); }

    /// Once something went wrong, it stays so, and names are the root.
    void fail(Malformed why) {
        if (!failure_) failure_ = why;
    }
    std::optional<Malformed> failure() const {
        if (failure_) return failure_;
        return in_.ok() ? std::nullopt : std::optional{Malformed::truncated};
    }

    DnsName name() {
        DnsName name;
        if (failure()) return name;
        // Behind the first pointer the name goes on elsewhere, and the message behind the pointer.
        Reader in = in_;
        std::size_t led_to = position();
        int pointers = 0;
        while (true) {
            const std::uint8_t length = in.u8();
            if (!in.ok()) return failed(Malformed::truncated);
            if (length == 0) break;
            if ((length & label_kind) == pointer) {
                const auto target = static_cast<std::size_t>((length << 8 | in.u8()) & pointer_mask);
                if (!in.ok()) return failed(Malformed::truncated);
                if (pointers == 0) in_ = in;
                // Each leads further back than the one before: no loop is possible.
                if (++pointers > most_pointers || target >= led_to) return failed(Malformed::too_many);
                led_to = target;
                in = Reader{message_.subspan(target)};
            } else if ((length & label_kind) == 0) {
                const Octets label = in.bytes(length);
                if (!in.ok()) return failed(Malformed::truncated);
                if (!name.append(characters(label))) return failed(Malformed::bad_value);
            } else {
                return failed(Malformed::bad_value);
            }
        }
        if (pointers == 0) in_ = in;
        return name;
    }

private:
    DnsName failed(Malformed why) {
        fail(why);
        return {};
    }

    Octets message_;
    Reader in_;
    std::optional<Malformed> failure_{};
};

DnsSoa read_soa(MessageReader& in) {
    DnsSoa soa;
    soa.primary = in.name();
    soa.mailbox = in.name();
    soa.serial = in.fields().u32();
    soa.refresh = in.fields().u32();
    soa.retry = in.fields().u32();
    soa.expire = in.fields().u32();
    soa.minimum = in.fields().u32();
    return soa;
}

DnsText read_text(MessageReader& in, std::size_t end) {
    DnsText text;
    while (!in.failure() && in.position() < end) {
        const std::uint8_t length = in.fields().u8();
        text.strings.emplace_back(characters(in.fields().bytes(length)));
    }
    if (text.strings.empty()) in.fail(Malformed::bad_length);
    return text;
}

DnsOpaque read_opaque(MessageReader& in, std::size_t length) {
    const Octets octets = in.fields().bytes(length);
    return {{octets.begin(), octets.end()}};
}

DnsData read_data(MessageReader& in, DnsType type, std::size_t length) {
    switch (type) {
        case DnsType::a: return IpAddress{in.fields().array<4>()};
        case DnsType::aaaa: return IpAddress{in.fields().array<16>()};
        case DnsType::ns:
        case DnsType::cname:
        case DnsType::ptr: return in.name();
        case DnsType::soa: return read_soa(in);
        case DnsType::txt: return read_text(in, in.position() + length);
        case DnsType::opt:
        case DnsType::any: break;
    }
    return read_opaque(in, length);
}

DnsRecord read_record(MessageReader& in) {
    DnsRecord record;
    record.name = in.name();
    record.type = static_cast<DnsType>(in.fields().u16());
    record.record_class = static_cast<DnsClass>(in.fields().u16());
    record.ttl = in.fields().u32();
    const std::size_t length = in.fields().u16();
    if (length > in.fields().remaining()) in.fail(Malformed::truncated);
    if (in.failure()) return record;
    const std::size_t end = in.position() + length;
    record.data = read_data(in, record.type, length);
    if (!in.failure() && in.position() != end) in.fail(Malformed::bad_length);
    return record;
}

/// The OPT record puts other things where a record has its class and its time to live.
DnsEdns to_edns(const DnsRecord& record) {
    return {.udp_payload = static_cast<std::uint16_t>(record.record_class),
            .extended_code = static_cast<std::uint8_t>(record.ttl >> 24),
            .version = static_cast<std::uint8_t>(record.ttl >> 16),
            .dnssec_ok = (record.ttl & 0x8000) != 0,
            .options = std::get<DnsOpaque>(record.data).octets};
}

void read_records(MessageReader& in, unsigned count, std::vector<DnsRecord>& records, DnsMessage& message) {
    for (unsigned i = 0; i < count && !in.failure(); ++i) {
        DnsRecord record = read_record(in);
        if (in.failure()) return;
        if (record.type != DnsType::opt) {
            records.push_back(std::move(record));
            continue;
        }
        // One of them, in the additional section, at the root (RFC 6891 §6.1.1).
        if (message.edns || &records != &message.additionals || !record.name.is_root())
            return in.fail(Malformed::bad_value);
        message.edns = to_edns(record);
    }
}

void read_flags(DnsMessage& message, std::uint16_t flags) {
    const auto bit = [flags](unsigned number) { return (flags >> number & 1U) != 0; };
    message.is_response = bit(15);
    message.opcode = static_cast<DnsOpcode>(flags >> 11 & 0x0f);
    message.authoritative = bit(10);
    message.truncated = bit(9);
    message.recursion_desired = bit(8);
    message.recursion_available = bit(7);
    message.authentic_data = bit(5);
    message.checking_disabled = bit(4);
    message.code = static_cast<DnsCode>(flags & 0x0f);
}

}  // namespace

std::expected<DnsMessage, Malformed> parse_dns(std::span<const std::byte> bytes) {
    MessageReader in{bytes};
    DnsMessage message;
    message.id = in.fields().u16();
    read_flags(message, in.fields().u16());
    const unsigned questions = in.fields().u16();
    const unsigned answers = in.fields().u16();
    const unsigned authorities = in.fields().u16();
    const unsigned additionals = in.fields().u16();
    for (unsigned i = 0; i < questions && !in.failure(); ++i) {
        DnsQuestion question{.name = in.name()};
        question.type = static_cast<DnsType>(in.fields().u16());
        question.question_class = static_cast<DnsClass>(in.fields().u16());
        if (!in.failure()) message.questions.push_back(std::move(question));
    }
    read_records(in, answers, message.answers, message);
    read_records(in, authorities, message.authorities, message);
    read_records(in, additionals, message.additionals, message);
    if (const auto failure = in.failure()) return std::unexpected{*failure};
    return message;
}

}  // namespace sockeye::wire

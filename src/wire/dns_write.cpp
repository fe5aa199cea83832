// Writing a message: RFC 1035 §4 with compressed names, within a limit.
#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

#include "base/appender.hpp"
#include "wire/dns.hpp"

namespace sockeye::wire {
namespace {

constexpr std::size_t furthest_pointer = 0x3fff;
constexpr std::size_t opt_size = 11;  // octets, without its options
constexpr std::size_t flags_at = 2;
constexpr std::size_t counts_at = 4;
constexpr std::uint16_t truncated_bit = 0x0200;

std::uint16_t flags_of(const DnsMessage& message) {
    const unsigned flags =
        (message.is_response ? 1U << 15 : 0) | (static_cast<unsigned>(message.opcode) & 0x0f) << 11 |
        (message.authoritative ? 1U << 10 : 0) | (message.truncated ? truncated_bit : 0U) |
        (message.recursion_desired ? 1U << 8 : 0) | (message.recursion_available ? 1U << 7 : 0) |
        (message.authentic_data ? 1U << 5 : 0) | (message.checking_disabled ? 1U << 4 : 0) |
        (static_cast<unsigned>(message.code) & 0x0f);
    return static_cast<std::uint16_t>(flags);
}

class MessageWriter {
public:
    explicit MessageWriter(std::size_t limit) : limit_{limit} {}

    void question(const DnsQuestion& question) {
        name(question.name);
        out_.u16(static_cast<std::uint16_t>(question.type));
        out_.u16(static_cast<std::uint16_t>(question.question_class));
    }

    /// Writes as many as fit. @returns how many
    std::uint16_t records(const std::vector<DnsRecord>& records) {
        std::uint16_t written = 0;
        for (const DnsRecord& next : records) {
            const std::size_t before = octets_.size();
            record(next);
            if (octets_.size() > limit_) {
                take_back(before);
                break;
            }
            ++written;
        }
        return written;
    }

    void edns(const DnsEdns& edns) {
        out_.u8(0);  // the root
        out_.u16(static_cast<std::uint16_t>(DnsType::opt));
        out_.u16(edns.udp_payload);
        out_.u8(edns.extended_code);
        out_.u8(edns.version);
        out_.u16(edns.dnssec_ok ? 0x8000 : 0);
        out_.u16(static_cast<std::uint16_t>(edns.options.size()));
        out_.bytes(edns.options);
    }

    Appender& fields() { return out_; }
    void set_u16(std::size_t at, std::uint16_t value) { Writer{std::span{octets_}.subspan(at)}.u16(value); }
    std::vector<std::byte> finished() { return std::move(octets_); }

private:
    /// As a pointer from the first label on behind which everything stands in the message already.
    void name(DnsName name) {
        for (; !name.is_root(); name = name.parent()) {
            const auto [known, is_new] = names_.try_emplace(std::string{name.labels()}, octets_.size());
            if (!is_new) return out_.u16(static_cast<std::uint16_t>(0xc000 | known->second));
            if (known->second > furthest_pointer) names_.erase(known);
            const std::string_view label = name.first_label();
            out_.u8(static_cast<std::uint8_t>(label.size()));
            out_.bytes(label);
        }
        out_.u8(0);
    }

    void record(const DnsRecord& record) {
        assert(record.type != DnsType::opt);
        name(record.name);
        out_.u16(static_cast<std::uint16_t>(record.type));
        out_.u16(static_cast<std::uint16_t>(record.record_class));
        out_.u32(record.ttl);
        const std::size_t length_at = octets_.size();
        out_.u16(0);
        data(record);
        const std::size_t length = octets_.size() - length_at - 2;
        set_u16(length_at, static_cast<std::uint16_t>(length));  // over the limit it is taken back anyway
    }

    void data(const DnsRecord& record) {
        switch (record.type) {
            case DnsType::a:
            case DnsType::aaaa: return out_.bytes(std::get<IpAddress>(record.data).octets());
            case DnsType::ns:
            case DnsType::cname:
            case DnsType::ptr: return name(std::get<DnsName>(record.data));
            case DnsType::soa: return soa(std::get<DnsSoa>(record.data));
            case DnsType::txt:
                for (const std::string& text : std::get<DnsText>(record.data).strings) {
                    assert(text.size() <= 255);
                    out_.u8(static_cast<std::uint8_t>(text.size()));
                    out_.bytes(text);
                }
                return;
            case DnsType::opt:
            case DnsType::any: break;
        }
        out_.bytes(std::get<DnsOpaque>(record.data).octets);
    }

    void soa(const DnsSoa& soa) {
        name(soa.primary);
        name(soa.mailbox);
        for (const std::uint32_t value : {soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum})
            out_.u32(value);
    }

    void take_back(std::size_t size) {
        octets_.resize(size);
        std::erase_if(names_, [size](const auto& name) { return name.second >= size; });
    }

    std::size_t limit_;
    std::vector<std::byte> octets_;
    Appender out_{octets_};
    std::map<std::string, std::size_t> names_;  // where each name and each end of a name stands
};

}  // namespace

std::vector<std::byte> write_dns(const DnsMessage& message, std::size_t limit) {
    assert(limit <= 65535);
    const std::size_t opt = message.edns ? opt_size + message.edns->options.size() : 0;
    MessageWriter out{limit - std::min(limit, opt)};
    const std::uint16_t flags = flags_of(message);
    out.fields().u16(message.id);
    out.fields().u16(flags);
    out.fields().zeros(DnsMessage::header_size - counts_at);
    for (const DnsQuestion& question : message.questions) out.question(question);

    const std::uint16_t answers = out.records(message.answers);
    bool whole = answers == message.answers.size();
    const std::uint16_t authorities = whole ? out.records(message.authorities) : std::uint16_t{0};
    whole = whole && authorities == message.authorities.size();
    const std::uint16_t additionals = whole ? out.records(message.additionals) : std::uint16_t{0};
    if (message.edns) out.edns(*message.edns);

    if (!whole) out.set_u16(flags_at, flags | truncated_bit);
    out.set_u16(counts_at, static_cast<std::uint16_t>(message.questions.size()));
    out.set_u16(counts_at + 2, answers);
    out.set_u16(counts_at + 4, authorities);
    out.set_u16(counts_at + 6, static_cast<std::uint16_t>(additionals + (message.edns ? 1 : 0)));
    return out.finished();
}

}  // namespace sockeye::wire

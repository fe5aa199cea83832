#include "app/dns/zone_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sockeye::app::dns {
namespace {

using wire::DnsName;
using wire::DnsRecord;
using wire::DnsType;

Error mistake(std::string why) {
    return {Errc::invalid_argument, "", std::move(why)};
}

/// One entry: what stands between two line ends, or more of them inside parentheses.
struct Entry {
    bool is_indented = false;  ///< it is about the name of the entry before
    std::vector<std::string> words{};
};

/// Splits the text into entries and those into words.
class Entries {
public:
    explicit Entries(std::string_view text) : rest_{text} {}

    /// Where the latest entry begins, from 1.
    std::size_t line() const { return begin_; }

    /// Nothing: the end. @returns invalid_argument: quotes or parentheses that nobody closes
    Result<std::optional<Entry>> next() {
        while (!rest_.empty()) {
            begin_ = line_;
            Entry entry{.is_indented = rest_.front() == ' ' || rest_.front() == '\t'};
            if (Result<void> read = read_words(entry); !read) return std::unexpected{read.error()};
            if (!entry.words.empty()) return std::optional{std::move(entry)};
        }
        return std::optional<Entry>{};
    }

private:
    Result<void> read_words(Entry& entry) {
        std::size_t open = 0;  // parentheses
        while (!rest_.empty()) {
            const char c = rest_.front();
            if (c == ';') {
                rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
            } else if (c == '"') {
                if (Result<void> read = read_quoted(entry); !read) return read;
            } else if (c == '\n' || c == ' ' || c == '\t' || c == '\r' || c == '(' || c == ')') {
                rest_.remove_prefix(1);
                if (c == '(') ++open;
                if (c == ')' && open-- == 0) return std::unexpected{mistake("\")\" without \"(\"")};
                if (c == '\n') ++line_;
                if (c == '\n' && open == 0) return {};
            } else {
                entry.words.emplace_back(take_word());
            }
        }
        if (open > 0) return std::unexpected{mistake("\"(\" without \")\"")};
        return {};
    }

    Result<void> read_quoted(Entry& entry) {
        const std::size_t end = rest_.find('"', 1);
        if (end == std::string_view::npos) return std::unexpected{mistake("a quote that nothing closes")};
        const std::string_view text = rest_.substr(1, end - 1);
        line_ += static_cast<std::size_t>(std::ranges::count(text, '\n'));
        entry.words.emplace_back(text);
        rest_.remove_prefix(end + 1);
        return {};
    }

    std::string_view take_word() {
        std::size_t end = 0;
        while (end < rest_.size() && !std::string_view{" \t\r\n;()\""}.contains(rest_[end]))
            end += rest_[end] == '\\' ? 2 : 1;
        const std::string_view word = rest_.substr(0, end);
        rest_.remove_prefix(word.size());
        return word;
    }

    std::string_view rest_;
    std::size_t line_ = 1;
    std::size_t begin_ = 1;
};

/// "300", "1h30m" in seconds.
std::optional<std::uint32_t> read_time(std::string_view text) {
    constexpr std::array<std::pair<char, std::uint64_t>, 5> units{
        {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}, {'w', 604'800}}};
    constexpr std::uint64_t most = 0x7fff'ffff;  // RFC 2181 §8
    if (text.empty()) return std::nullopt;
    std::uint64_t seconds = 0;
    while (!text.empty()) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{}) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        std::uint64_t unit = 1;
        if (!text.empty()) {
            const auto* found = std::ranges::find(units, static_cast<char>(text.front() | 0x20),
                                                  &std::pair<char, std::uint64_t>::first);
            if (found == units.end()) return std::nullopt;
            unit = found->second;
            text.remove_prefix(1);
        }
        seconds += number * unit;
        if (seconds > most) return std::nullopt;
    }
    return static_cast<std::uint32_t>(seconds);
}

Result<DnsName> read_name(std::string_view text, const DnsName& origin) {
    if (text == "@") return origin;
    Result<DnsName> name = DnsName::parse(text);
    if (!name || text.ends_with('.')) return name;
    for (DnsName rest = origin; !rest.is_root(); rest = rest.parent())
        if (!name->append(rest.first_label()))
            return std::unexpected{mistake(std::string{text} + " under " + origin.to_string() +
                                           " is longer than a name may be")};
    return name;
}

struct TypeName {
    std::string_view name;
    DnsType type;
};
constexpr std::array type_names{TypeName{"A", DnsType::a},     TypeName{"AAAA", DnsType::aaaa},
                                TypeName{"NS", DnsType::ns},   TypeName{"CNAME", DnsType::cname},
                                TypeName{"PTR", DnsType::ptr}, TypeName{"TXT", DnsType::txt},
                                TypeName{"SOA", DnsType::soa}};

std::string upper_case(std::string_view text) {
    std::string upper{text};
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return upper;
}

using Words = std::span<const std::string>;

Result<wire::DnsData> read_address(DnsType type, Words words) {
    Result<IpAddress> ip = words.size() == 1
                               ? IpAddress::parse(words.front())
                               : std::unexpected{mistake("one address was meant to stand here")};
    if (!ip) return std::unexpected{ip.error()};
    if ((ip->family() == Family::inet) != (type == DnsType::a))
        return std::unexpected{mistake(ip->to_string() + " is of the other family: A is IPv4, AAAA IPv6")};
    return *ip;
}

Result<wire::DnsData> read_text(Words words) {
    constexpr std::size_t longest = 255;  // RFC 1035 §3.3.14
    if (words.empty()) return std::unexpected{mistake("TXT without a text")};
    if (std::ranges::any_of(words, [](const std::string& text) { return text.size() > longest; }))
        return std::unexpected{mistake("a text of more than 255 octets: write it as several")};
    return wire::DnsText{{words.begin(), words.end()}};
}

Result<wire::DnsData> read_soa(Words words, const DnsName& origin) {
    constexpr std::size_t fields = 7;
    if (words.size() != fields)
        return std::unexpected{
            mistake("SOA has seven fields: primary mailbox serial refresh retry expire minimum")};
    Result<DnsName> primary = read_name(words[0], origin);
    if (!primary) return std::unexpected{primary.error()};
    Result<DnsName> mailbox = read_name(words[1], origin);
    if (!mailbox) return std::unexpected{mailbox.error()};
    wire::DnsSoa soa{.primary = *std::move(primary), .mailbox = *std::move(mailbox)};
    std::size_t next = 2;
    for (std::uint32_t* field : {&soa.serial, &soa.refresh, &soa.retry, &soa.expire, &soa.minimum}) {
        const std::string& word = words[next++];
        const bool is_serial = field == &soa.serial;  // all 32 bits of it (RFC 1982)
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), *field);
        if (is_serial && error == std::errc{} && end == word.data() + word.size()) continue;
        const std::optional<std::uint32_t> time = is_serial ? std::nullopt : read_time(word);
        if (!time) return std::unexpected{mistake("\"" + word + "\" is no number of the SOA's")};
        *field = *time;
    }
    return soa;
}

Result<wire::DnsData> read_data(DnsType type, Words words, const DnsName& origin) {
    switch (type) {
        case DnsType::a:
        case DnsType::aaaa: return read_address(type, words);
        case DnsType::txt: return read_text(words);
        case DnsType::soa: return read_soa(words, origin);
        default: break;
    }
    if (words.size() != 1) return std::unexpected{mistake("one name was meant to stand here")};
    Result<DnsName> name = read_name(words.front(), origin);
    if (!name) return std::unexpected{name.error()};
    return *std::move(name);
}

/// Reads entry after entry, with what holds for those that follow.
class ZoneReader {
public:
    explicit ZoneReader(const DnsName& origin) : zone_origin_{origin}, origin_{origin}, owner_{origin} {}

    Result<void> take(const Entry& entry) {
        Words words{entry.words};
        if (words.front() == "$ORIGIN") return take_origin(words.subspan(1));
        if (words.front() == "$TTL") return take_ttl(words.subspan(1));
        if (words.front().starts_with('$'))
            return std::unexpected{mistake(words.front() + " is not understood: $ORIGIN and $TTL are")};
        if (!entry.is_indented) {
            Result<DnsName> owner = read_name(words.front(), origin_);
            if (!owner) return std::unexpected{owner.error()};
            owner_ = *std::move(owner);
            words = words.subspan(1);
        }
        return take_record(words);
    }

    Zone finish() && { return std::move(zone()); }

private:
    Result<void> take_origin(Words words) {
        Result<DnsName> name = words.size() == 1 ? read_name(words.front(), origin_)
                                                 : std::unexpected{mistake("$ORIGIN and one name")};
        if (!name) return std::unexpected{name.error()};
        origin_ = *std::move(name);
        return {};
    }

    Result<void> take_ttl(Words words) {
        ttl_ = words.size() == 1 ? read_time(words.front()) : std::nullopt;
        if (!ttl_) return std::unexpected{mistake("$TTL and one time, such as 300 or 1h")};
        return {};
    }

    /// In front of the type may stand a TTL and a class, in either order.
    Result<void> take_record(Words words) {
        std::optional<std::uint32_t> ttl = ttl_;
        for (; !words.empty(); words = words.subspan(1)) {
            const std::string word = upper_case(words.front());
            if (word == "IN") continue;
            const std::optional<std::uint32_t> time = read_time(word);
            if (!time) break;
            ttl = time;
        }
        if (words.empty()) return std::unexpected{mistake("a type was meant to stand here, such as A")};
        const auto* type = std::ranges::find(type_names, upper_case(words.front()), &TypeName::name);
        if (type == type_names.end())
            return std::unexpected{
                mistake("\"" + words.front() + "\" is no type that is known: A AAAA NS CNAME PTR TXT SOA")};
        Result<wire::DnsData> data = read_data(type->type, words.subspan(1), origin_);
        if (!data) return std::unexpected{data.error()};
        return place({.name = owner_, .type = type->type, .ttl = 0, .data = *std::move(data)}, ttl);
    }

    Result<void> place(DnsRecord record, std::optional<std::uint32_t> ttl) {
        if (record.type != DnsType::soa) {
            record.ttl = ttl.value_or(zone().ttl());
            return zone().add(std::move(record));
        }
        if (!(record.name == zone_origin_) || zone_)
            return std::unexpected{mistake("the SOA stands first, once, and at " + zone_origin_.to_string())};
        zone_.emplace(zone_origin_, std::get<wire::DnsSoa>(std::move(record.data)),
                      ttl.value_or(Zone{zone_origin_}.ttl()));
        return {};
    }

    Zone& zone() {
        if (!zone_) zone_.emplace(zone_origin_);
        return *zone_;
    }

    DnsName zone_origin_;
    DnsName origin_;
    DnsName owner_;
    std::optional<std::uint32_t> ttl_;
    std::optional<Zone> zone_;
};

}  // namespace

Result<Zone> parse_zone(std::string_view text, const DnsName& origin) {
    Entries entries{text};
    ZoneReader reader{origin};
    const auto at_line = [&](const Error& error) {
        return std::unexpected{
            mistake("line " + std::to_string(entries.line()) + ": " + std::string{error.detail()})};
    };
    for (;;) {
        Result<std::optional<Entry>> entry = entries.next();
        if (!entry) return at_line(entry.error());
        if (!*entry) return std::move(reader).finish();
        if (Result<void> taken = reader.take(**entry); !taken) return at_line(taken.error());
    }
}

}  // namespace sockeye::app::dns

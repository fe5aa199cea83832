#include "view/frame_filter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/address_text.hpp"
#include "base/nearest.hpp"
#include "wire/dhcp.hpp"

namespace sockeye::view {
namespace {

using address_text::mistake;
using address_text::shown;
using wire::Summary;

bool has_port(const Summary& summary, std::uint16_t port) {
    const bool has_ports =
        summary.protocol == Summary::Protocol::tcp || summary.protocol == Summary::Protocol::udp;
    return has_ports && (summary.source.port() == port || summary.target.port() == port);
}

struct ProtocolTerm {
    std::string_view name;
    bool (*is)(const Summary&);
};
constexpr std::array protocols{
    ProtocolTerm{"tcp", [](const Summary& it) { return it.protocol == Summary::Protocol::tcp; }},
    ProtocolTerm{"udp", [](const Summary& it) { return it.protocol == Summary::Protocol::udp; }},
    ProtocolTerm{"icmp", [](const Summary& it) { return it.protocol == Summary::Protocol::icmp; }},
    ProtocolTerm{"icmp6", [](const Summary& it) { return it.protocol == Summary::Protocol::icmpv6; }},
    ProtocolTerm{"arp", [](const Summary& it) { return it.protocol == Summary::Protocol::arp; }},
    ProtocolTerm{"stp", [](const Summary& it) { return it.protocol == Summary::Protocol::bpdu; }},
    ProtocolTerm{"ip", [](const Summary& it) { return it.family == Family::inet; }},
    ProtocolTerm{"ip6", [](const Summary& it) { return it.family == Family::inet6; }},
    ProtocolTerm{"dns", [](const Summary& it) { return has_port(it, 53); }},
    ProtocolTerm{"http", [](const Summary& it) { return it.tcp && has_port(it, 80); }},
    ProtocolTerm{"dhcp", [](const Summary& it) { return has_port(it, wire::DhcpMessage::server_port); }},
};

constexpr std::array<std::string_view, 10> other_words{"host",    "src",   "dst", "port", "lost",
                                                       "dropped", "again", "and", "or",   "not"};

/// Parentheses are words of their own, and one argument may hold several words.
std::vector<std::string> split(std::span<const std::string> arguments) {
    std::vector<std::string> words;
    for (const std::string& argument : arguments) {
        std::string word;
        const auto end_word = [&] {
            if (!word.empty()) words.push_back(std::exchange(word, {}));
        };
        for (const char c : argument) {
            if (c == ' ' || c == '(' || c == ')')
                end_word();
            else
                word += c;
            if (c == '(' || c == ')') words.emplace_back(1, c);
        }
        end_word();
    }
    return words;
}

std::optional<IpAddress> address_in(std::string_view text) {
    const Result<IpAddress> address = IpAddress::parse(text);
    return address ? std::optional{*address} : std::nullopt;
}

}  // namespace

/// any = all {"or" all}; all = one {["and"] one}; one = "not" one | "(" any ")" | term.
class FrameFilter::Parser {
public:
    Parser(std::vector<std::string> words, Nodes nodes) : words_{std::move(words)}, nodes_{nodes} {}

    Result<FrameFilter> parse() {
        constexpr std::size_t most = 100;  // words, since every one may be a "not" of the next
        if (words_.empty()) return FrameFilter{};
        if (words_.size() > most) return mistake("a filter has at most 100 words");
        Result<FrameFilter> whole = any();
        if (whole && !has_ended()) return mistake("')' without a '(' before it");
        return whole;
    }

private:
    bool has_ended() const { return next_ == words_.size(); }
    bool take(std::string_view word) {
        if (has_ended() || words_[next_] != word) return false;
        ++next_;
        return true;
    }

    Result<FrameFilter> any() {
        FrameFilter whole;
        whole.kind_ = Kind::any_of;
        do {
            Result<FrameFilter> part = all();
            if (!part) return part;
            whole.parts_.push_back(std::move(*part));
        } while (take("or"));
        return whole.parts_.size() == 1 ? FrameFilter{std::move(whole.parts_.front())} : std::move(whole);
    }

    Result<FrameFilter> all() {
        FrameFilter whole;
        whole.kind_ = Kind::all_of;
        do {
            Result<FrameFilter> part = one();
            if (!part) return part;
            whole.parts_.push_back(std::move(*part));
        } while (take("and") || (!has_ended() && words_[next_] != "or" && words_[next_] != ")"));
        return whole.parts_.size() == 1 ? FrameFilter{std::move(whole.parts_.front())} : std::move(whole);
    }

    Result<FrameFilter> one() {
        if (has_ended()) return mistake("a filter ends where a term is missing: write 'tcp and alice'");
        if (take("not")) {
            Result<FrameFilter> part = one();
            if (!part) return part;
            FrameFilter whole;
            whole.kind_ = Kind::none_of;
            whole.parts_.push_back(std::move(*part));
            return whole;
        }
        if (take("(")) {
            Result<FrameFilter> inside = any();
            if (inside && !take(")")) return mistake("a '(' has no ')'");
            return inside;
        }
        return term();
    }

    Result<FrameFilter> term() {
        const std::string word = words_[next_++];
        FrameFilter made;
        if (word == "lost" || word == "dropped" || word == "again") {
            made.kind_ = word == "lost" ? Kind::lost : word == "dropped" ? Kind::dropped : Kind::again;
            return made;
        }
        if (word == "port") return port();
        if (word == "src") return who(Kind::source);
        if (word == "dst") return who(Kind::target);
        if (word == "host") return who(Kind::host);
        --next_;
        if (is_somebody(word) || std::ranges::find(protocols, word, &ProtocolTerm::name) == protocols.end())
            return who(Kind::host);
        ++next_;
        made.kind_ = Kind::protocol;
        made.name_ = word;
        return made;
    }

    Result<FrameFilter> port() {
        FrameFilter made;
        made.kind_ = Kind::port;
        const std::string_view text = has_ended() ? std::string_view{} : words_[next_++];
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), made.port_);
        if (error != std::errc{} || end != text.data() + text.size())
            return mistake("'port' is followed by a number from 0 to 65535");
        return made;
    }

    Result<FrameFilter> who(Kind kind) {
        if (has_ended()) return mistake("a node's name or an address is missing at the filter's end");
        FrameFilter made;
        made.kind_ = kind;
        made.name_ = words_[next_++];
        made.address_ = address_in(made.name_);
        if (!made.address_ && !is_somebody(made.name_)) return nobody(made.name_);
        return made;
    }

    bool is_somebody(std::string_view name) const {
        return std::ranges::find(nodes_, name, [](const auto& node) { return node->name(); }) != nodes_.end();
    }
    std::unexpected<Error> nobody(std::string_view name) const {
        std::vector<std::string_view> known{other_words.begin(), other_words.end()};
        std::ranges::transform(protocols, std::back_inserter(known), &ProtocolTerm::name);
        for (const auto& node : nodes_) known.push_back(node->name());
        const std::string_view meant = nearest(name, known);
        return mistake("there is no node '" + shown(name) + "', and no such term: " +
                       (meant.empty() ? "write a name, an address, tcp, port 80, lost, not arp …"
                                      : "did you mean " + std::string{meant} + "?"));
    }

    std::vector<std::string> words_;
    Nodes nodes_;
    std::size_t next_ = 0;
};

FrameFilter FrameFilter::of_host(std::string_view name) {
    FrameFilter made;
    if (name.empty()) return made;
    made.kind_ = Kind::host;
    made.name_ = name;
    return made;
}

Result<FrameFilter> FrameFilter::parse(std::span<const std::string> words, Nodes nodes) {
    return Parser{split(words), nodes}.parse();
}

bool FrameFilter::is_from(const FrameSight& sight) const {
    if (!address_) return sight.from == name_;
    if (sight.summary.arp) return sight.summary.arp->sender_ip == *address_;
    return sight.summary.family && sight.summary.source.ip() == *address_;
}

/// A question to everybody counts where it is for the host's address.
bool FrameFilter::is_to(const FrameSight& sight, Nodes nodes) const {
    if (sight.summary.arp && address_) return sight.summary.arp->target_ip == *address_;
    if (address_) return sight.summary.family && sight.summary.target.ip() == *address_;
    if (sight.to == name_) return true;
    const auto host = std::ranges::find(nodes, name_, [](const auto& node) { return node->name(); });
    return sight.summary.arp && host != nodes.end() && (*host)->has_address(sight.summary.arp->target_ip);
}

bool FrameFilter::wants(const FrameSight& sight, Nodes nodes) const {
    const auto holds = [&](const FrameFilter& part) { return part.wants(sight, nodes); };
    switch (kind_) {
        case Kind::everything: return true;
        case Kind::host: return is_from(sight) || is_to(sight, nodes);
        case Kind::source: return is_from(sight);
        case Kind::target: return is_to(sight, nodes);
        case Kind::port: return has_port(sight.summary, port_);
        case Kind::protocol:
            return std::ranges::find(protocols, name_, &ProtocolTerm::name)->is(sight.summary);
        case Kind::lost: return sight.journey.is_lost();
        case Kind::dropped: return sight.journey.is_dropped();
        case Kind::again: return sight.is_again;
        case Kind::all_of: return std::ranges::all_of(parts_, holds);
        case Kind::any_of: return std::ranges::any_of(parts_, holds);
        case Kind::none_of: return std::ranges::none_of(parts_, holds);
    }
    return true;
}

bool FrameFilter::wants_note(std::string_view text) const {
    const auto holds = [&](const FrameFilter& part) { return part.wants_note(text); };
    switch (kind_) {
        case Kind::everything: return true;
        case Kind::host:
        case Kind::source:
        case Kind::target: return text.contains(name_);
        case Kind::port:
        case Kind::protocol:
        case Kind::lost:
        case Kind::dropped:
        case Kind::again: return false;
        case Kind::all_of: return std::ranges::all_of(parts_, holds);
        case Kind::any_of: return std::ranges::any_of(parts_, holds);
        case Kind::none_of: return std::ranges::none_of(parts_, holds);
    }
    return true;
}

}  // namespace sockeye::view

#include "packetdrill/flags.hpp"

#include <algorithm>
#include <charconv>

namespace sockeye::packetdrill {
namespace {

using Failure = std::optional<std::string>;  // nullopt: all is well
using Take = Failure (*)(Flags&, std::string_view value);

Place& place_of(Flags& flags, const IpAddress& address) {
    return flags.places[address.family() == Family::inet6 ? 1 : 0];
}

template <auto Member>
Failure take_address(Flags& flags, std::string_view value) {
    const Result<IpAddress> address = IpAddress::parse(value);
    if (!address) return "an address, such as 192.168.0.1 or fd00::1";
    place_of(flags, *address).*Member = *address;
    return std::nullopt;
}

std::optional<std::size_t> number(std::string_view text, std::size_t least, std::size_t most) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value >= least && value <= most ? std::optional{value} : std::nullopt;
}

std::optional<bool> is_on(std::string_view text) {
    if (text == "on" || text == "1") return true;
    if (text == "off" || text == "0") return false;
    return std::nullopt;
}

Failure take_mtu(Flags& flags, std::string_view value) {
    const auto octets = number(value, 68, 65535);  // RFC 791 §3.2
    if (!octets) return "octets of IP packet, 68 to 65535";
    flags.mtu = *octets;
    return std::nullopt;
}

Failure take_gso(Flags& flags, std::string_view value) {
    const auto on = is_on(value);
    if (!on) return "0 or 1";
    flags.offload = *on ? Offload::on : Offload::off;
    return std::nullopt;
}

Failure take_layout(Flags& flags, std::string_view value) {
    if (value != "linux" && value != "textbook") return "linux or textbook";
    flags.layout = value == "linux" ? OptionLayout::linux_ : OptionLayout::textbook;
    return std::nullopt;
}

Failure take_window(Flags& flags, std::string_view value) {
    const auto octets = number(value, 1, std::size_t{1} << 30);  // RFC 7323 §2.3
    if (!octets) return "octets, 1 to 1073741824";
    flags.tcp.receive_buffer = *octets;
    return std::nullopt;
}

Failure take_delayed_ack(Flags& flags, std::string_view value) {
    if (const auto ms = number(value, 2, 499)) {  // RFC 9293 MUST-40
        flags.tcp.delayed_ack = std::chrono::milliseconds{*ms};
        return std::nullopt;
    }
    const auto on = is_on(value);
    if (!on) return "on, off, or 2 to 499 milliseconds";
    flags.tcp.delayed_ack = *on ? Flags::textbook().delayed_ack : Duration::zero();
    return std::nullopt;
}

Failure take_cc(Flags& flags, std::string_view value) {
    if (value != "cubic" && value != "reno") return "cubic or reno";
    using enum transport::tcp::CongestionControl;
    flags.tcp.congestion = value == "cubic" ? cubic : new_reno;
    return std::nullopt;
}

template <bool transport::tcp::Options::* Member>
Failure take_option(Flags& flags, std::string_view value) {
    const auto on = is_on(value);
    if (!on) return "on or off";
    flags.tcp.options.*Member = *on;
    return std::nullopt;
}

Failure take_ecn(Flags& flags, std::string_view value) {
    using enum transport::tcp::EcnUse;
    const auto on = is_on(value);
    if (!on && value != "accept") return "on, off, or accept";
    flags.tcp.ecn = !on ? when_asked : *on ? asked_for : never;
    return std::nullopt;
}

Failure take_min_rto(Flags& flags, std::string_view value) {
    const auto ms = number(value, 1, 60000);
    if (!ms) return "1 to 60000 milliseconds";
    flags.tcp.minimum_rto = std::chrono::milliseconds{*ms};
    return std::nullopt;
}

struct Flag {
    std::string_view name;
    Take take;
};

constexpr std::array flags_by_name{
    Flag{"local", take_address<&Place::local>},
    Flag{"gateway", take_address<&Place::gateway>},
    Flag{"remote", take_address<&Place::remote>},
    Flag{"mtu", take_mtu},
    Flag{"gso", take_gso},
    Flag{"optlayout", take_layout},
    Flag{"window", take_window},
    Flag{"delayed_ack", take_delayed_ack},
    Flag{"cc", take_cc},
    Flag{"sack", take_option<&transport::tcp::Options::sack>},
    Flag{"timestamps", take_option<&transport::tcp::Options::timestamps>},
    Flag{"wscale", take_option<&transport::tcp::Options::window_scaling>},
    Flag{"ecn", take_ecn},
    Flag{"min_rto", take_min_rto},
};

std::string known_names() {
    std::string names;
    for (const Flag& flag : flags_by_name) {
        if (!names.empty()) names += ", ";
        names += flag.name;
    }
    return names;
}

Failure take_flag(Flags& flags, std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::string name{text.substr(0, equals)};
    const auto* const flag = std::ranges::find(flags_by_name, std::string_view{name}, &Flag::name);
    if (flag == flags_by_name.end()) return "there is no flag \"" + name + "\"; there are " + known_names();
    if (equals == std::string_view::npos) return "\"" + name + "\" lacks its value: write " + name + "=VALUE";
    const std::string value{text.substr(equals + 1)};
    const Failure wanted = flag->take(flags, value);
    if (!wanted) return std::nullopt;
    return "\"" + name + "=" + value + "\" is not what " + name + " takes: " + *wanted;
}

}  // namespace

/// Those of a driver that is told nothing either.
std::array<Place, 2> Flags::usual_places() {
    const IpAddress four{std::array<std::uint8_t, 4>{192, 168, 0, 1}};
    const IpAddress six = IpAddress::parse("fd3d:fa7b:d17d::1").value();
    return {Place{four, std::nullopt, std::nullopt}, Place{six, std::nullopt, std::nullopt}};
}

transport::tcp::Config Flags::textbook() {
    transport::tcp::Config config{.receive_buffer = 65535};
    config.challenge_interval = 5s;  // RFC 5961 §7: ten in five seconds
    config.challenge_burst = 10;
    config.slow_start = transport::tcp::SlowStart::standard;
    config.ack_pace = transport::tcp::AckPace::beyond_one_segment;
    config.fin_ack = transport::tcp::FinAck::at_once;
    return config;
}

std::expected<Flags, std::string> parse_flags(std::string_view text) {
    Flags flags;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        if (comma > 0)
            if (const Failure failure = take_flag(flags, text.substr(0, comma)))
                return std::unexpected{*failure};
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return flags;
}

}  // namespace sockeye::packetdrill

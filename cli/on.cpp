#include "cli/on.hpp"

#include <fmt/format.h>

#include "base/address_text.hpp"

namespace sockeye::cli {

Result<On> On::parse(std::string_view text) {
    constexpr std::string_view tap = "tap:";
    On on;
    if (text.empty()) return on;
    if (!text.starts_with(tap))
        return std::unexpected{Error{Errc::invalid_argument, "parse",
                                     fmt::format("no network '{}': write tap:NAME,ADDRESS/PREFIX, such as "
                                                 "tap:tap0,10.9.0.2/24,gw=10.9.0.1",
                                                 address_text::shown(text))}};
    Result<TapOptions> options = TapOptions::parse(text.substr(tap.size()));
    if (!options) return std::unexpected{options.error()};
    on.tap_ = std::move(*options);
    return on;
}

Result<Ground> On::open(KernelOptions options) const {
    if (!tap_) return Ground{std::make_unique<KernelNetwork>(options)};
    Result<std::unique_ptr<TapNetwork>> tap = TapNetwork::open(*tap_);
    if (!tap) return std::unexpected{tap.error()};
    return Ground{std::move(*tap)};
}

std::string On::at(std::string_view where) const {
    return tap_ ? fmt::format("{} on {}", where, tap_->device) : std::string{where};
}

}  // namespace sockeye::cli

#include "cli/on.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/address_text.hpp"

namespace sockeye::cli {
namespace {

std::unexpected<Error> mistake(std::string detail) {
    return std::unexpected{Error{Errc::invalid_argument, "parse", std::move(detail)}};
}

/// "lab:HOST", "lab/NAME:HOST". @returns nothing where it is neither
std::optional<remote::HostNetwork::Names> host_in_lab(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view place = text.substr(0, colon);
    if (place != "lab" && !place.starts_with("lab/")) return std::nullopt;
    return remote::HostNetwork::Names{
        .lab = std::string{place.substr(std::min(place.size(), std::string_view{"lab/"}.size()))},
        .host = std::string{text.substr(colon + 1)}};
}

}  // namespace

Result<On> On::parse(std::string_view text) {
    constexpr std::string_view tap = "tap:";
    On on;
    if (text.empty()) return on;
    if (auto names = host_in_lab(text); names) {
        if (names->host.empty())
            return mistake(fmt::format("'{}' names no host: write lab:HOST, such as lab:web",
                                       address_text::shown(text)));
        on.lab_ = InLab{.names = std::move(*names), .host = nullptr};
        return on;
    }
    if (!text.starts_with(tap))
        return mistake(
            fmt::format("no network '{}': write lab:HOST for a host of a lab that runs, or "
                        "tap:NAME,ADDRESS/PREFIX, such as tap:tap0,10.9.0.2/24,gw=10.9.0.1",
                        address_text::shown(text)));
    Result<TapOptions> options = TapOptions::parse(text.substr(tap.size()));
    if (!options) return std::unexpected{options.error()};
    on.tap_ = std::move(*options);
    return on;
}

Result<void> On::reach() {
    if (!lab_) return {};
    const Result<std::string> lab =
        choose_lab(lab_->names.lab, "--on lab/{}:" + address_text::shown(lab_->names.host));
    if (!lab) return std::unexpected{Error{Errc::not_found, "", std::string{lab.error().detail()}}};
    lab_->names.lab = *lab;
    Result<LabHost> host = attach_to(*lab, lab_->names.host);
    if (!host) return std::unexpected{host.error()};
    lab_->host = std::make_shared<LabHost>(std::move(*host));
    return {};
}

Result<Ground> On::open(KernelOptions options) const {
    if (lab_)
        return Ground{std::make_unique<remote::HostNetwork>(std::move(lab_->host->connection), lab_->names)};
    if (!tap_) return Ground{std::make_unique<KernelNetwork>(options)};
    Result<std::unique_ptr<TapNetwork>> tap = TapNetwork::open(*tap_);
    if (!tap) return std::unexpected{tap.error()};
    return Ground{std::move(*tap)};
}

std::string On::at(std::string_view where) const {
    if (lab_) return fmt::format("{} on {}", where, lab_->names.host);
    return tap_ ? fmt::format("{} on {}", where, tap_->device) : std::string{where};
}

std::vector<Address> On::name_servers() const {
    if (lab_ && lab_->host) return lab_->host->name_servers;
    return tap_ ? tap_->name_servers : std::vector<Address>{};
}

}  // namespace sockeye::cli

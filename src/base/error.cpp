#include "sockeye/error.hpp"

#include <array>
#include <utility>

namespace sockeye {
namespace {

struct Words {
    Errc code;
    std::string_view name;
    std::string_view description;
};

constexpr std::array words{
    Words{Errc::would_block, "would_block", "would block"},
    Words{Errc::timed_out, "timed_out", "timed out"},
    Words{Errc::cancelled, "cancelled", "cancelled"},
    Words{Errc::stalled, "stalled", "stalled"},
    Words{Errc::refused, "refused", "refused"},
    Words{Errc::reset, "reset", "reset by the peer"},
    Words{Errc::ended_early, "ended_early", "ended early"},
    Words{Errc::closed, "closed", "closed"},
    Words{Errc::unreachable, "unreachable", "unreachable"},
    Words{Errc::address_in_use, "address_in_use", "address in use"},
    Words{Errc::address_not_available, "address_not_available", "address not available"},
    Words{Errc::name_not_found, "name_not_found", "name not found"},
    Words{Errc::not_connected, "not_connected", "not connected"},
    Words{Errc::already_connected, "already_connected", "already connected"},
    Words{Errc::message_too_large, "message_too_large", "message too large"},
    Words{Errc::not_found, "not_found", "not found"},
    Words{Errc::exists, "exists", "exists already"},
    Words{Errc::busy, "busy", "in use"},
    Words{Errc::no_space, "no_space", "no space left"},
    Words{Errc::corrupted, "corrupted", "corrupted"},
    Words{Errc::permission_denied, "permission_denied", "permission denied"},
    Words{Errc::resources_exhausted, "resources_exhausted", "resources exhausted"},
    Words{Errc::invalid_argument, "invalid_argument", "invalid argument"},
    Words{Errc::unsupported, "unsupported", "unsupported"},
    Words{Errc::input_output, "input_output", "input/output error"},
};

constexpr bool stands_at_its_code() {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (static_cast<std::size_t>(words[i].code) != i) return false;
    return true;
}
static_assert(stands_at_its_code() && words.back().code == Errc::input_output);

}  // namespace

std::string_view to_string(Errc code) {
    return words[static_cast<std::size_t>(code)].name;
}

std::string_view describe(Errc code) {
    return words[static_cast<std::size_t>(code)].description;
}

Error::Error(Errc code, const char* during, std::string detail)
    : during_{during}, code_{code}, detail_{std::make_shared<const std::string>(std::move(detail))} {}

Error Error::with_transferred(std::size_t octets) && {
    transferred_ = octets & ((std::size_t{1} << 56) - 1);
    return std::move(*this);
}

Error Error::with_detail(std::string detail) && {
    detail_ = std::make_shared<const std::string>(std::move(detail));
    return std::move(*this);
}

Error Error::with_during(const char* during) && {
    during_ = during;
    return std::move(*this);
}

std::string Error::message() const {
    std::string text{during_};
    if (!text.empty()) text += ": ";
    text += describe(code_);
    if (transferred_ > 0) text += " after " + std::to_string(transferred_) + " octets";
    if (!detail().empty()) text.append(" (").append(detail()).append(")");
    return text;
}

}  // namespace sockeye

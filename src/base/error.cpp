#include "sockeye/error.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <utility>

#include "base/block_pool.hpp"

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

struct Error::More : FromPool {
    explicit More(Errc its_code) : code{its_code} {}
    More(const More& other)
        : code{other.code}, during{other.during}, transferred{other.transferred}, detail{other.detail} {}
    More& operator=(const More&) = delete;
    ~More() = default;

    /// @pre the word of that error is an address
    static More* at(std::uintptr_t word) {
        return reinterpret_cast<More*>(word);  // NOLINT(performance-no-int-to-ptr): or else it is a code
    }

    Errc code;
    std::atomic<std::uint32_t> holders = 1;  // who may be of several threads
    const char* during = "";
    std::size_t transferred = 0;
    std::string detail;
};

Error::Error(Errc code, const char* during, std::string detail) : Error{code} {
    More& its = change();
    its.during = during;
    its.detail = std::move(detail);
}

const Error::More* Error::more() const {
    return has_more() ? More::at(word_) : nullptr;
}

/// What is to be changed no other error shares.
Error::More& Error::change() {
    const More* const its = more();
    if (its == nullptr || its->holders > 1) {
        auto own = its == nullptr ? std::make_unique<More>(code()) : std::make_unique<More>(*its);
        if (its != nullptr) let_go();
        word_ = reinterpret_cast<std::uintptr_t>(own.release());
    }
    return *More::at(word_);
}

Errc Error::code_of_more() const {
    return more()->code;
}

void Error::share() const noexcept {
    ++More::at(word_)->holders;
}

void Error::let_go() noexcept {
    More* const its = More::at(word_);
    if (--its->holders == 0) delete its;
}

const char* Error::during() const {
    return has_more() ? more()->during : "";
}

std::size_t Error::transferred() const {
    return has_more() ? more()->transferred : 0;
}

std::string_view Error::detail() const {
    return has_more() ? std::string_view{more()->detail} : std::string_view{};
}

Error Error::with_transferred(std::size_t octets) && {
    change().transferred = octets;
    return std::move(*this);
}

Error Error::with_detail(std::string detail) && {
    change().detail = std::move(detail);
    return std::move(*this);
}

Error Error::with_during(const char* during) && {
    change().during = during;
    return std::move(*this);
}

std::string Error::message() const {
    std::string text{during()};
    if (!text.empty()) text += ": ";
    text += describe(code());
    if (transferred() > 0) text += " after " + std::to_string(transferred()) + " octets";
    if (!detail().empty()) text.append(" (").append(detail()).append(")");
    return text;
}

}  // namespace sockeye

#include "socket/kernel/errno.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace sockeye::kernel {
namespace {

/// Whether the system's words add something: several causes share one Errc.
enum class Words : std::uint8_t { left_out, kept };

struct Row {
    int number;
    Errc code;
    Words words = Words::left_out;
};

constexpr std::array rows{
    Row{EAGAIN, Errc::would_block},
    Row{EINPROGRESS, Errc::would_block},
    Row{EALREADY, Errc::would_block},
    Row{ETIMEDOUT, Errc::timed_out},
    Row{ECANCELED, Errc::cancelled},
    Row{ECONNREFUSED, Errc::refused},
    Row{ECONNRESET, Errc::reset},
    Row{ECONNABORTED, Errc::reset},
    Row{EPIPE, Errc::reset},
    Row{ESHUTDOWN, Errc::closed},
    Row{ENETUNREACH, Errc::unreachable, Words::kept},
    Row{EHOSTUNREACH, Errc::unreachable, Words::kept},
    Row{ENETDOWN, Errc::unreachable, Words::kept},
    Row{EHOSTDOWN, Errc::unreachable, Words::kept},
    Row{ENONET, Errc::unreachable, Words::kept},
    Row{EADDRINUSE, Errc::address_in_use},
    Row{EADDRNOTAVAIL, Errc::address_not_available},
    Row{ENODEV, Errc::address_not_available, Words::kept},
    Row{ENOENT, Errc::address_not_available, Words::kept},
    Row{ENOTDIR, Errc::address_not_available, Words::kept},
    Row{ENOTCONN, Errc::not_connected},
    Row{EDESTADDRREQ, Errc::not_connected},
    Row{EISCONN, Errc::already_connected},
    Row{EMSGSIZE, Errc::message_too_large},
    Row{EEXIST, Errc::exists},
    Row{ENOTEMPTY, Errc::exists, Words::kept},
    Row{EBUSY, Errc::busy},
    Row{ETXTBSY, Errc::busy, Words::kept},
    Row{ENOSPC, Errc::no_space},
    Row{EDQUOT, Errc::no_space, Words::kept},
    Row{EFBIG, Errc::no_space, Words::kept},
    Row{EACCES, Errc::permission_denied},
    Row{EPERM, Errc::permission_denied},
    Row{EROFS, Errc::permission_denied, Words::kept},
    Row{EMFILE, Errc::resources_exhausted, Words::kept},
    Row{ENFILE, Errc::resources_exhausted, Words::kept},
    Row{ENOBUFS, Errc::resources_exhausted, Words::kept},
    Row{ENOMEM, Errc::resources_exhausted, Words::kept},
    Row{EINVAL, Errc::invalid_argument},
    Row{EBADF, Errc::invalid_argument, Words::kept},
    Row{ENOTSOCK, Errc::invalid_argument, Words::kept},
    Row{ENAMETOOLONG, Errc::invalid_argument, Words::kept},
    Row{ELOOP, Errc::invalid_argument, Words::kept},
    Row{EPROTOTYPE, Errc::invalid_argument, Words::kept},
    Row{EAFNOSUPPORT, Errc::unsupported, Words::kept},
    Row{EPFNOSUPPORT, Errc::unsupported, Words::kept},
    Row{EPROTONOSUPPORT, Errc::unsupported, Words::kept},
    Row{ESOCKTNOSUPPORT, Errc::unsupported, Words::kept},
    Row{EOPNOTSUPP, Errc::unsupported},
    Row{ENOPROTOOPT, Errc::unsupported},
    Row{ENOSYS, Errc::unsupported, Words::kept},
};
static_assert(EAGAIN == EWOULDBLOCK);

const Row* find(int number) {
    const auto* row = std::ranges::find(rows, number, &Row::number);
    return row == rows.end() ? nullptr : row;
}

/// Thread-safe, unlike strerror: the words in English, whatever the locale.
std::string words_of(int number) {
    const char* words = ::strerrordesc_np(number);
    return words != nullptr ? words : "errno " + std::to_string(number);
}

}  // namespace

Errc errc_of(int number) {
    const Row* row = find(number);
    return row == nullptr ? Errc::input_output : row->code;
}

Error error_of(int number) {
    const Row* row = find(number);
    if (row != nullptr && row->words == Words::left_out) return row->code;
    return {row == nullptr ? Errc::input_output : row->code, "", words_of(number)};
}

}  // namespace sockeye::kernel

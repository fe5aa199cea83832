// sendfile(2): from the page cache into the socket, by reference where that can be.
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye::kernel {
namespace {

/// What sendfile(2) sends, no flag keeps from raising SIGPIPE. So this thread does not hear of it meanwhile,
/// and one that was raised is taken away; but not one that had been waiting before.
class NoSigpipe {
public:
    NoSigpipe() {
        ::sigemptyset(&sigpipe_);
        ::sigaddset(&sigpipe_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
    }
    ~NoSigpipe() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    NoSigpipe(const NoSigpipe&) = delete;
    NoSigpipe& operator=(const NoSigpipe&) = delete;

    /// Whoever blocks it himself may have one waiting, which one more joins.
    void take_away() const {
        if (::sigismember(&before_, SIGPIPE) == 1) return;
        const timespec at_once{};
        while (::sigtimedwait(&sigpipe_, nullptr, &at_once) < 0 && errno == EINTR) continue;
    }

private:
    sigset_t sigpipe_{};
    sigset_t before_{};
};

/// One call goes no further, so that others have their turn.
constexpr std::size_t at_once = std::size_t{1} << 20;

/// What a file system says that cannot give its pages away (sendfile(2)).
bool is_refusal(int error_number) {
    return error_number == EINVAL || error_number == ENOSYS || error_number == EOPNOTSUPP;
}

}  // namespace

Result<std::size_t> Socket::send_file(int file, std::uint64_t offset, std::size_t most) {
    if (Result<void> clear = send_earlier(); !clear) return std::unexpected{std::move(clear.error())};
    if (!is_worth_trying(writable_)) return std::unexpected{Error{Errc::would_block}};
    const NoSigpipe quiet;
    auto at = static_cast<off_t>(offset);
    const ssize_t sent =
        uninterrupted([&] { return ::sendfile(descriptor_.get(), file, &at, std::min(most, at_once)); });
    if (sent >= 0) return static_cast<std::size_t>(sent);
    const int error_number = errno;
    if (error_number == EPIPE) quiet.take_away();
    if (is_refusal(error_number)) return std::unexpected{Error{Errc::unsupported}};
    return std::unexpected{failed(error_number, writable_)};
}

}  // namespace sockeye::kernel

#include "socket/kernel/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <csignal>

#include "socket/kernel/errno.hpp"

namespace sockeye::kernel {

using backend::Interest;

namespace {

constexpr std::size_t file_write_limit = 1 << 20;  // a file never makes one wait for long

std::size_t write_limit_of(int descriptor) {
    struct stat file{};
    return ::fstat(descriptor, &file) == 0 && S_ISREG(file.st_mode) ? file_write_limit : PIPE_BUF;
}

/// While it lives, no SIGPIPE reaches this thread: write(2) has no MSG_NOSIGNAL. What the process
/// does about the signal is not the library's to change.
class WithoutSigpipe {
public:
    WithoutSigpipe() {
        sigset_t pending;
        ::sigemptyset(&sigpipe_);
        ::sigaddset(&sigpipe_, SIGPIPE);
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
    }
    ~WithoutSigpipe() {
        const int result = errno;
        const timespec at_once{};
        // One that somebody else keeps pending stays so.
        if (!was_pending_)
            while (::sigtimedwait(&sigpipe_, nullptr, &at_once) < 0 && errno == EINTR) {
            }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        errno = result;
    }
    WithoutSigpipe(const WithoutSigpipe&) = delete;
    WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

private:
    sigset_t sigpipe_;
    sigset_t before_;
    bool was_pending_;
};

}  // namespace

Terminal::Side::Side(Terminal& terminal, Loop& loop, int descriptor, Interest interest)
    : terminal_{terminal},
      loop_{loop},
      descriptor_{::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)},
      interest_{interest},
      open_error_{descriptor_.is_open() ? 0 : errno} {}

Terminal::Side::~Side() {
    if (watched_) loop_.unwatch(descriptor_.get(), *this);
}

/// What cannot be polled, such as a file, is always ready; so is what has ended.
bool Terminal::Side::is_ready() const {
    pollfd state{.fd = descriptor_.get(),
                 .events = static_cast<short>(interest_ == Interest::read ? POLLIN : POLLOUT),
                 .revents = 0};
    return uninterrupted([&] { return ::poll(&state, 1, 0); }) != 0;
}

Error Terminal::Side::wait_for_it() {
    if (watch_error_) return *watch_error_;
    const std::uint32_t events = (interest_ == Interest::read ? EPOLLIN : EPOLLOUT) | EPOLLONESHOT;
    Result<void> armed = watched_ ? loop_.rewatch(descriptor_.get(), *this, events)
                                  : loop_.watch(descriptor_.get(), *this, events);
    if (!armed) return std::move(armed.error());
    watched_ = true;
    return Errc::would_block;
}

void Terminal::Side::on_events(std::uint32_t) {
    terminal_.wake(interest_);
}

void Terminal::Side::on_watch_failed(const Error& error) {
    watch_error_ = error;
    terminal_.wake(interest_);
}

Terminal::Terminal(Loop& loop, int input, int output)
    : Stream{loop},
      input_{*this, loop, input, Interest::read},
      output_{*this, loop, output, Interest::write},
      write_limit_{write_limit_of(output)} {}

/// EBADF: the process was started without. EIO: the terminal has hung up. Both are the end.
Result<std::size_t> Terminal::read(std::span<std::byte> buffer) {
    if (input_.open_error() == EBADF) return 0;
    if (!input_.is_open()) return std::unexpected{error_of(input_.open_error())};
    if (!input_.is_ready()) return std::unexpected{input_.wait_for_it()};
    const ssize_t octets = uninterrupted([&] { return ::read(input_.get(), buffer.data(), buffer.size()); });
    if (octets >= 0) return static_cast<std::size_t>(octets);
    if (errno == EAGAIN) return std::unexpected{input_.wait_for_it()};
    if (errno == EIO) return 0;
    return std::unexpected{error_of(errno)};
}

Result<std::size_t> Terminal::write(std::span<const std::byte> bytes) {
    if (output_.open_error() == EBADF) return std::unexpected{Error{Errc::closed}};
    if (!output_.is_open()) return std::unexpected{error_of(output_.open_error())};
    if (!output_.is_ready()) return std::unexpected{output_.wait_for_it()};
    const WithoutSigpipe quietly;
    const std::size_t most = std::min(bytes.size(), write_limit_);
    const ssize_t octets = uninterrupted([&] { return ::write(output_.get(), bytes.data(), most); });
    if (octets >= 0) return static_cast<std::size_t>(octets);
    if (errno == EAGAIN) return std::unexpected{output_.wait_for_it()};
    if (errno == EIO || errno == EPIPE) return std::unexpected{Error{Errc::closed}};
    return std::unexpected{error_of(errno)};
}

}  // namespace sockeye::kernel

// Terminal: standard input and output as a stream. Other processes share those open files, so
// their flags stay as they are, and each call is made only once it is known not to wait.
#pragma once

#include <optional>

#include "socket/backend.hpp"
#include "socket/kernel/descriptor.hpp"
#include "socket/kernel/loop.hpp"

namespace sockeye::kernel {

class Terminal final : public backend::Stream {
public:
    /// Works on copies of the two descriptors, which stay the caller's.
    Terminal(Loop& loop, int input, int output);

    Result<std::size_t> read(std::span<std::byte> buffer) override;
    /// Up to 4096 octets at a time into what is not a file.
    /// @returns closed: nobody reads any more
    Result<std::size_t> write(std::span<const std::byte> bytes) override;
    std::string describe() const override { return "the terminal"; }

private:
    /// One direction. Armed each time somebody has to wait.
    class Side final : public Watched {
    public:
        Side(Terminal& terminal, Loop& loop, int descriptor, backend::Interest interest);
        ~Side();

        int get() const { return descriptor_.get(); }
        bool is_open() const { return descriptor_.is_open(); }
        int open_error() const { return open_error_; }
        bool is_ready() const;
        /// @returns would_block; or why the system cannot tell
        Error wait_for_it();

    private:
        void on_events(std::uint32_t events) override;
        void on_watch_failed(const Error& error) override;

        Terminal& terminal_;
        Loop& loop_;
        Descriptor descriptor_;
        backend::Interest interest_;
        int open_error_;  ///< errno, where it is not open
        bool watched_ = false;
        std::optional<Error> watch_error_;
    };

    Side input_;
    Side output_;
    std::size_t write_limit_;  ///< octets that a write takes without waiting, once it is ready
};

}  // namespace sockeye::kernel

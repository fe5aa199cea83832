// A network without sockets, under a clock that jumps: for tests of the seam itself.
#pragma once

#include <memory>
#include <string>

#include "socket/backend.hpp"

namespace sockeye::test {

/// Its time passes at once; with nothing left to happen it is stalled, as a lab is.
class ManualDriver : public backend::Driver {
public:
    Instant now() const override {
        now_ = now_ + a_look_takes;
        return now_;
    }

    Duration a_look_takes{};  ///< as on a real clock, which has moved on when it is read again

protected:
    Result<void> advance(Instant until) override {
        if (until == Instant::never()) return std::unexpected{Errc::stalled};
        now_ = std::max(now_, until);
        return {};
    }
    void interrupt() noexcept override {}

private:
    mutable Instant now_;
};

class ManualBackend : public backend::Network {
public:
    explicit ManualBackend(std::unique_ptr<ManualDriver> driver)
        : backend::Network{*driver}, driver_{std::move(driver)} {}

    std::string_view name() const override { return "manual"; }
    WallTime wall_now() const override { return {}; }
    std::uint64_t random() override { return 4; }
    Result<std::unique_ptr<backend::Socket>> open(backend::SocketKind) override {
        return std::unexpected{Errc::resources_exhausted};
    }

private:
    std::unique_ptr<ManualDriver> driver_;
};

class ManualNetwork : public sockeye::Network {
public:
    ManualNetwork() : sockeye::Network{std::make_unique<ManualBackend>(std::make_unique<ManualDriver>())} {}
};

/// A stream whose reader waits until something is put in.
class Pipe : public backend::Stream {
public:
    using backend::Stream::Stream;

    void put(std::string_view text) {
        text_ += text;
        wake(backend::Interest::read);
    }

    Result<std::size_t> read(std::span<std::byte> buffer) override {
        if (text_.empty()) return std::unexpected{Errc::would_block};
        const std::size_t octets = text_.copy(reinterpret_cast<char*>(buffer.data()), buffer.size());
        text_.erase(0, octets);
        return octets;
    }
    Result<std::size_t> write(std::span<const std::byte> bytes) override {
        put(BytesView{bytes}.text());
        return bytes.size();
    }
    std::string describe() const override { return "a pipe"; }

private:
    std::string text_;
};

}  // namespace sockeye::test

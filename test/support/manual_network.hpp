// A network without sockets, under a clock that jumps: for tests of the seam itself.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "socket/backend.hpp"
#include "socket/name_service.hpp"

namespace sockeye::test {

/// Its time passes at once; with nothing left to happen it is stalled, as a lab is.
class ManualDriver : public backend::Driver {
public:
    Instant now() const override {
        now_ = now_ + a_look_takes;
        return now_;
    }

    /// Does `action` when the clock shows `at`.
    void at(Instant at, std::function<void()> action) { actions_.emplace(at, std::move(action)); }

    Duration a_look_takes{};  ///< as on a real clock, which has moved on when it is read again

protected:
    Result<void> advance(Instant until) override {
        const Instant next = actions_.empty() ? Instant::never() : actions_.begin()->first;
        if (std::min(until, next) == Instant::never()) return std::unexpected{Errc::stalled};
        now_ = std::max(now_, std::min(until, next));
        if (next <= now_) actions_.extract(actions_.begin()).mapped()();
        return {};
    }
    void interrupt() noexcept override {}

private:
    mutable Instant now_;
    std::multimap<Instant, std::function<void()>> actions_;
};

/// Knows nobody.
class NoNames : public backend::NameService {
public:
    std::string host_name() const override { return "manual"; }
    std::vector<InterfaceName> interfaces() const override { return {}; }
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
    Result<IpAddress> source_for(const Address&) override { return std::unexpected{Errc::unreachable}; }
    backend::NameService& names() override { return names_; }

private:
    NoNames names_;
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

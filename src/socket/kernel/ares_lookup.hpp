// AresLookup: a question to /etc/hosts and the name servers, asked by c-ares on the loop's own
// descriptors and timers. Each has a channel of its own: withdrawing it closes everything it
// opened, every question leaves from another port, and /etc/resolv.conf is read afresh.
#pragma once

#include <ares.h>

#include <list>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "socket/kernel/loop.hpp"
#include "socket/name_service.hpp"
#include "socket/part.hpp"

namespace sockeye::kernel {

class AresLookup final : public backend::HostLookup {
public:
    struct ByName {
        std::string name;
        Family family;
    };
    using Question = std::variant<ByName, IpAddress>;

    /// @param servers  none: those of /etc/resolv.conf
    AresLookup(Loop& loop, Question question, std::vector<Address> servers);
    ~AresLookup() override;

    Result<HostEntry> finish() override;
    std::string describe() const override;

private:
    /// One of the sockets that c-ares has open.
    struct Line final : Watched {
        Line(AresLookup& lookup_, int descriptor_) : lookup{lookup_}, descriptor{descriptor_} {}
        void on_events(std::uint32_t events) override;
        void on_watch_failed(const Error& error) override;

        AresLookup& lookup;
        int descriptor;
        std::uint32_t wanted = 0;  ///< EPOLLIN, EPOLLOUT or both
        std::uint32_t armed = 0;   ///< what the loop watches it for
        std::uint32_t told = 0;
    };

    Result<void> open();
    Result<void> use_servers();
    void ask();
    void process();
    void watch(Line& line);
    Instant next_wakeup() const;
    void close() noexcept;

    void on_state(int descriptor, bool readable, bool writable);
    void answered(int status, const ares_addrinfo* found);
    void answered(int status, const hostent* found);
    void failed(int status);

    Loop& loop_;
    Question question_;
    std::vector<Address> servers_;
    ares_channel channel_ = nullptr;
    std::list<Line> lines_;
    std::optional<backend::Part<void>> timer_;
    std::optional<Result<HostEntry>> answer_;
};

}  // namespace sockeye::kernel

// Two hosts joined in memory, without a cable, a lab or sockets: the stack alone, under a clock that
// is moved by hand.
#pragma once

#include <array>
#include <cstddef>

#include "socket/stack/stack_network.hpp"

namespace sockeye::test {

class HostPair {
public:
    struct Stream {
        transport::tcp::Connection* client = nullptr;
        transport::tcp::Connection* server = nullptr;
    };

    explicit HostPair(const transport::tcp::Config& config = {}, std::size_t mtu = 1500)
        : hosts_{{{driver_, runner_, options("client", config)},
                  {driver_, runner_, options("server", config)}}} {
        for (std::uint8_t i = 0; i < 2; ++i) {
            const std::uint8_t number = i + 1;
            hosts_[i].add_card({.mac = wire::MacAddress{{2, 0, 0, 0, 0, number}},
                                .addresses = {{.address = address(number), .bits = 24}},
                                .mtu = mtu});
        }
        listener_ = *server().tcp().listen(Address{address(2), port}, 4096);
    }

    stack::StackNetwork& client() { return hosts_[0]; }
    stack::StackNetwork& server() { return hosts_[1]; }

    /// An established connection, whose port the client chooses.
    Stream connect() {
        Stream stream;
        const std::size_t mtu = client().devices().front().mtu();
        stream.client =
            *client().tcp().connect(Address{address(1), 0}, Address{address(2), port}, driver_.now(), mtu);
        exchange();
        stream.server = server().tcp().accept(*listener_);
        return stream;
    }

    /// All that one host has to send now arrives at the other. @returns frames
    std::size_t carry(stack::StackNetwork& from, stack::StackNetwork& to) {
        std::size_t frames = 0;
        from.poll(driver_.now());
        while (auto frame = from.devices().front().take()) {
            to.receive(to.devices().front(), *std::move(frame), driver_.now());
            ++frames;
        }
        return frames;
    }
    /// Until neither has more to say at this instant.
    void exchange() {
        while (carry(client(), server()) + carry(server(), client()) > 0) {
        }
    }

    void pass(Duration time) { driver_.pass(time); }

private:
    static constexpr std::uint16_t port = 80;

    class Clock final : public backend::Driver {
    public:
        Instant now() const override { return now_; }
        void pass(Duration time) { now_ = now_ + time; }

    private:
        Result<void> advance(Instant) override { return std::unexpected{Errc::stalled}; }
        void interrupt() noexcept override {}
        Instant now_;
    };
    struct Runner final : stack::Runner {
        void has_work(stack::StackNetwork&) override {}
        void payload_delivered() override {}
    };

    static IpAddress address(std::uint8_t host) {
        return IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, host}};
    }
    static stack::Options options(const char* name, const transport::tcp::Config& config) {
        return {.name = name, .random = Random{1}.fork(name), .ip = {}, .tcp = config};
    }

    Clock driver_;
    Runner runner_;
    std::array<stack::StackNetwork, 2> hosts_;
    transport::tcp::Listener* listener_ = nullptr;
};

/// From one end to the other, as far as the buffers let it. Both programs work in place: octets are
/// neither made up nor looked at. @returns octets that have arrived
inline std::size_t move_octets(HostPair& hosts, transport::tcp::Connection& from,
                               transport::tcp::Connection& to, std::size_t most) {
    for (std::size_t left = most; left > 0;) {
        const std::size_t octets = from.prepare(left).size();
        if (octets == 0) break;
        from.commit(octets);
        left -= octets;
    }
    hosts.exchange();
    std::size_t arrived = 0;
    while (const std::size_t octets = to.front().size()) {
        to.consume(octets);
        arrived += octets;
    }
    hosts.exchange();
    return arrived;
}

}  // namespace sockeye::test

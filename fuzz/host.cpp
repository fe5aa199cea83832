// Frames, each behind its length in two octets, into a host that is also a router with NAT: all that a
// stack does with what arrives.
#include <algorithm>

#include "base/reader.hpp"
#include "fuzz/target.hpp"
#include "socket/stack/stack_network.hpp"

using namespace sockeye;

namespace {

class Clock final : public backend::Driver {
public:
    Instant now() const override { return now_; }
    void pass(Duration duration) { now_ = now_ + duration; }

private:
    Result<void> advance(Instant) override { return std::unexpected{Errc::stalled}; }
    void interrupt() noexcept override {}
    Instant now_;
};

struct Idle final : stack::Runner {
    void has_work(stack::StackNetwork&) override {}
    void payload_delivered() override {}
};

Prefix prefix(std::string_view text) {
    return Prefix::parse(text).value();
}

}  // namespace

FUZZ_TARGET(bytes) {
    Clock clock;
    Idle runner;
    stack::Options options;
    options.name = "host";
    options.ip.forwarding = network::Forwarding::on;
    stack::StackNetwork host{clock, runner, std::move(options)};
    link::Device& inside = host.add_card({.mac = wire::MacAddress{{2, 0, 0, 0, 0, 1}},
                                          .addresses = {prefix("10.0.0.1/24"), prefix("2001:db8::1/64")}});
    host.add_card({.mac = wire::MacAddress{{2, 0, 0, 0, 0, 9}}, .addresses = {prefix("203.0.113.1/24")}});
    host.ip().enable_nat(host.ip().interfaces().back(), {}, Random{1});
    (void)host.udp().open(Address{IpAddress::any(Family::inet6), 7});
    (void)host.tcp().listen(Address{IpAddress::any(Family::inet6), 80}, 5);

    Reader in{bytes};
    while (in.remaining() > 0) {
        const std::size_t octets = in.u16();
        const std::span<const std::byte> frame = in.bytes(std::min(octets, in.remaining()));
        host.receive(inside, Packet{frame}, clock.now());
        host.poll(clock.now());
        clock.pass(100ms);
        std::size_t sent = 0;
        for (link::Device& device : host.devices())
            while (device.take()) ++sent;
        // Nothing that arrives is amplified beyond what fragments and neighbours ask for.
        fuzz::require(sent <= 200);
    }
    // Whatever it was: an hour later nothing is left that costs memory, and time moves on.
    for (int minute = 0; minute < 60; ++minute) {
        clock.pass(1min);
        host.poll(clock.now());
        for (link::Device& device : host.devices())
            while (device.take()) {
            }
    }
    fuzz::require(host.next_wakeup() > clock.now());
}

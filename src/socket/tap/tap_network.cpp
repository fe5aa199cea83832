#include "sockeye/tap.hpp"

#include <chrono>
#include <utility>

#include "socket/kernel/machine.hpp"
#include "socket/tap/tap_loop.hpp"
#include "socket/tap/tap_options.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/names.hpp"

namespace sockeye {
namespace tap {
namespace {

/// A base, so that the loop is there before the stack that it runs.
struct LoopOwner {
    explicit LoopOwner(std::unique_ptr<TapLoop> made) : loop{*made}, machine{std::move(made)} {}

    TapLoop& loop;
    kernel::Machine machine;
};

/// The same device and address have the same one each time: neighbours may remember it.
wire::MacAddress mac_for(const TapOptions& options) {
    Random random = Random{0}.fork(options.device + ' ' + options.addresses.front().to_string());
    const std::uint64_t bits = random.next();
    std::array<std::uint8_t, 6> octets{0x02};  // locally administered, of one station (IEEE 802)
    for (std::size_t i = 1; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(bits >> (8 * i));
    return wire::MacAddress{octets};
}

}  // namespace

class Host final : private LoopOwner, public stack::StackNetwork {
public:
    Host(std::unique_ptr<TapLoop> own, const std::string& name)
        : LoopOwner{std::move(own)},
          StackNetwork{loop, loop, {.name = name, .random = Random{machine.random()}, .tcp = {}}} {}
    ~Host() override { loop.detach(); }

    KernelNetwork& kernel() { return machine; }
    TapLoop& own_loop() { return loop; }
    WallTime wall_now() const override { return std::chrono::system_clock::now(); }

    Result<void> set_up(const TapOptions& options);
};

Result<void> Host::set_up(const TapOptions& options) {
    if (options.mtu && loop.tap().mtu() != options.mtu)
        if (Result<void> set = loop.tap().set_mtu(*options.mtu); !set) return set;
    const Result<std::size_t> mtu = loop.tap().mtu();
    if (!mtu) return std::unexpected{mtu.error()};
    link::Device& card = add_card({.mac = mac_for(options), .addresses = options.addresses, .mtu = *mtu});
    for (const IpAddress& gateway : options.gateways)
        if (Result<void> routed = ip().add_route({IpAddress::any(gateway.family()), 0}, gateway); !routed)
            return routed;
    for (const Prefix& own : options.addresses) ip().interfaces().back().announce(own, now());
    names().set_servers(options.name_servers);
    if (options.ask_for_ecn) tcp().use_ecn(transport::tcp::EcnUse::asked_for);
    return loop.attach(*this, card);
}

}  // namespace tap

Result<std::unique_ptr<TapNetwork>> TapNetwork::open(const TapOptions& options) {
    if (const Result<void> good = tap::check(options); !good) return std::unexpected{good.error()};
    Result<tap::TapDevice> device = tap::TapDevice::open(options.device);
    if (!device) return std::unexpected{device.error()};
    auto loop = std::make_unique<tap::TapLoop>(std::move(*device));
    auto host = std::make_unique<tap::Host>(std::move(loop), options.device);
    if (const Result<void> ready = host->set_up(options); !ready) return std::unexpected{ready.error()};
    return std::unique_ptr<TapNetwork>{new TapNetwork{std::move(host), options.linger}};
}

TapNetwork::TapNetwork(std::unique_ptr<backend::Network> backend, Duration linger)
    : Network{std::move(backend)}, linger_{linger} {}

TapNetwork::~TapNetwork() {
    auto& host = static_cast<tap::Host&>(backend());
    host.driver().destroy_tasks(host);
    host.driver().destroy_tasks(host.kernel().backend());
    host.own_loop().finish(now() + linger_);
}

KernelNetwork& TapNetwork::machine() {
    return static_cast<tap::Host&>(backend()).kernel();
}

}  // namespace sockeye

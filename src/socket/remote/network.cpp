#include "socket/remote/network.hpp"

#include <utility>

#include "socket/remote/records.hpp"
#include "socket/remote/socket.hpp"

namespace sockeye::remote {
namespace {

/// A question that the host looks for an answer to.
class Lookup final : public backend::HostLookup {
public:
    Lookup(Network& network, std::uint32_t number)
        : HostLookup{network.driver()}, network_{network}, number_{number} {
        network_.join(number_, *this);
    }
    ~Lookup() override { network_.leave(number_); }

    Result<HostEntry> finish() override {
        const Result<Answer> answer = network_.ask({.call = Call::finish_lookup, .at = number_});
        if (!answer) return std::unexpected{answer.error()};
        std::optional<HostEntry> entry = parse_host_entry(answer->octets);
        if (!entry) return std::unexpected{Error{Errc::input_output, "", "the host's answer is no answer"}};
        return *std::move(entry);
    }
    std::string describe() const override { return "a look-up of " + std::string{network_.name()}; }

private:
    Network& network_;
    std::uint32_t number_;
};

}  // namespace

// ---- names

std::unique_ptr<backend::HostLookup> Names::look_up(Request request, std::string_view name) {
    std::vector<std::byte> question;
    write_question(question, {.name = std::string{name}, .servers = servers()});
    request.octets = question;
    const Result<Answer> answer = network_.ask(request);
    if (!answer)
        return std::make_unique<backend::KnownHost>(network_.driver(), std::unexpected{answer.error()});
    return std::make_unique<Lookup>(network_, static_cast<std::uint32_t>(answer->value));
}

std::unique_ptr<backend::HostLookup> Names::by_name(sockeye::Network&, std::string_view name, Family family) {
    return look_up({.call = Call::by_name, .first = std::to_underlying(family)}, name);
}

std::unique_ptr<backend::HostLookup> Names::by_address(sockeye::Network&, const IpAddress& address) {
    return look_up({.call = Call::by_address, .address = Address{address, 0}}, {});
}

std::string Names::host_name() const {
    return std::string{network_.name()};
}

std::vector<InterfaceName> Names::interfaces() const {
    const Result<Answer> answer = network_.ask({.call = Call::interfaces});
    if (!answer) return {};
    return parse_interfaces(answer->octets).value_or(std::vector<InterfaceName>{});
}

// ---- the network

Result<Answer> Network::ask(const Request& request) const {
    Result<Answer> answer = link_.exchange(request);
    if (answer && answer->failure)
        return std::unexpected{Error{answer->failure->code, "", answer->failure->detail}};
    return answer;
}

WallTime Network::wall_now() const {
    const Result<Answer> answer = ask({.call = Call::wall_now});
    return WallTime{Duration{answer ? static_cast<std::int64_t>(answer->value) : 0}};
}

std::uint64_t Network::random() {
    const Result<Answer> answer = ask({.call = Call::random});
    return answer ? answer->value : 0;
}

Result<std::unique_ptr<backend::Socket>> Network::open(backend::SocketKind kind) {
    const Result<Answer> answer = ask({.call = Call::open,
                                       .first = std::to_underlying(kind.family),
                                       .second = std::to_underlying(kind.type),
                                       .value = static_cast<std::uint64_t>(kind.protocol)});
    if (!answer) return std::unexpected{answer.error()};
    return std::make_unique<Socket>(*this, static_cast<std::uint32_t>(answer->value), kind);
}

Result<IpAddress> Network::source_for(const Address& peer) {
    const Result<Answer> answer = ask({.call = Call::source_for, .address = peer});
    if (!answer) return std::unexpected{answer.error()};
    return answer->address.ip();
}

/// What was closed meanwhile is not there any more.
void Network::ready(const Ready& ready) {
    const auto found = open_.find(ready.at);
    if (found != open_.end()) found->second->wake(ready.interest);
}

void Network::ended() {
    for (const auto& [number, waitable] : open_) {
        waitable->wake(backend::Interest::read);
        waitable->wake(backend::Interest::write);
    }
}

void Network::leave(std::uint32_t number) {
    open_.erase(number);
    link_.tell({.call = Call::close, .at = number});
}

}  // namespace sockeye::remote

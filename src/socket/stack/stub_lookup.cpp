#include "socket/stack/stub_lookup.hpp"

#include "socket/backend.hpp"
#include "socket/stack/dns_exchange.hpp"

namespace sockeye::stack {
namespace {

constexpr std::size_t attempts = 2;
constexpr Duration patience = 5s;

bool is_answer(const wire::DnsMessage& reply) {
    return reply.code == wire::DnsCode::no_error || reply.code == wire::DnsCode::name_error;
}

}  // namespace

StubLookup::StubLookup(sockeye::Network& asker, Resolver& resolver, wire::DnsQuestion question,
                       std::vector<Address> servers)
    : HostLookup{asker.backend().driver()},
      asker_{asker},
      resolver_{resolver},
      question_{std::move(question)},
      servers_{std::move(servers)} {}

Result<HostEntry> StubLookup::finish() {
    if (!asked_)
        if (auto known = resolver_.recall(question_, driver().now())) return *std::move(known);
    for (;;) {
        if (asked_) {
            if (!asked_->has_ended()) return std::unexpected{Errc::would_block};
            Result<wire::DnsMessage> reply = asked_->take();
            if (reply && is_answer(*reply)) return resolver_.take(*reply, question_, driver().now());
            was_heard_ = was_heard_ || reply || reply.error() == Errc::refused;
        }
        if (tries_ == attempts * servers_.size()) return std::unexpected{gave_up()};
        const Address& server = servers_[tries_++ % servers_.size()];
        asked_.emplace(*this, ask_server(asker_, server, resolver_.ask(question_), patience));
    }
}

Error StubLookup::gave_up() const {
    const std::string name = question_.name.to_string();
    if (was_heard_) return {Errc::name_not_found, "", name + ": no name server could answer"};
    return {Errc::timed_out, "", name + ": no name server answers"};
}

}  // namespace sockeye::stack

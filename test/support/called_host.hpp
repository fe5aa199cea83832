// A host of a lab as a program outside the lab has it: each call goes there and back as octets, in one
// process and in the lab's own time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "socket/remote/network.hpp"
#include "sockeye/lab.hpp"
#include "view/caller.hpp"

namespace sockeye::test {

/// The way there without a connection.
class CallerLink final : public remote::Link {
public:
    explicit CallerLink(Host& host) : caller_{host, [this] { hear(); }} {}

    void attach(remote::Listener& listener) { listener_ = &listener; }

    Result<remote::Answer> exchange(const remote::Request& request) override {
        if (why_ended_) return std::unexpected{Error{Errc::ended_early, "", *why_ended_}};
        const std::optional<remote::Answer> answer = ask(request);
        return std::get<remote::Answer>(carried(*answer));
    }
    void tell(const remote::Request& request) noexcept override { (void)ask(request); }

private:
    std::optional<remote::Answer> ask(const remote::Request& request) {
        there_.clear();
        remote::write(there_, request);
        return caller_.answer(remote::parse_request(std::span{there_}.subspan(remote::head_size)).value());
    }
    remote::Message carried(const remote::Message& message) {
        back_.clear();
        remote::write(back_, message);
        return remote::parse_message(std::span{back_}.subspan(remote::head_size)).value();
    }
    void hear() {
        for (const remote::Message& news : caller_.take_news()) {
            const remote::Message message = carried(news);
            if (const auto* ready = std::get_if<remote::Ready>(&message)) listener_->ready(*ready);
            if (const auto* ended = std::get_if<remote::Ended>(&message)) {
                why_ended_ = ended->why;
                listener_->ended();
            }
        }
    }

    remote::Listener* listener_ = nullptr;
    std::optional<std::string> why_ended_;
    std::vector<std::byte> there_;
    std::vector<std::byte> back_;
    view::Caller caller_;
};

/// A base, so that the link is there before the network that uses it.
struct LinkOwner {
    explicit LinkOwner(Host& host) : link{host} {}
    CallerLink link;
};

class CalledHost final : private LinkOwner, public Network {
public:
    explicit CalledHost(Host& host)
        : LinkOwner{host},
          Network{
              std::make_unique<remote::Network>(host.backend().driver(), link, std::string{host.name()})} {
        link.attach(static_cast<remote::Network&>(backend()));
    }
};

}  // namespace sockeye::test

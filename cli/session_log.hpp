// SessionLog: what a server tells whoever runs it, as words on stderr or as JSON on stdout.
#pragma once

#include <cstdint>

#include "app/session.hpp"

namespace sockeye::cli {

class SessionLog : public app::Observer {
public:
    enum class Form : std::uint8_t { words, json, only_where_it_listens };

    explicit SessionLog(Form form) : form_{form} {}

    /// Clients can come from now on.
    void listening(Transport transport, const Address& at);
    void session_began(const Address& peer) override;
    void session_ended(const app::Session& session) override;

private:
    Form form_;
};

}  // namespace sockeye::cli

// Connecting: from a name to a connection, by Happy Eyeballs version 2 (RFC 8305).
#pragma once

#include <list>
#include <optional>
#include <string>
#include <vector>

#include "socket/name_service.hpp"
#include "socket/part.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::backend {

/// Asks for the addresses of both families at once; tries them one after the other, families in
/// turn, without waiting longer than the attempt delay for one before the next is tried too. The
/// first that answers wins; the others are closed. An operation made of operations: no clock, no
/// chance, no order of its own beyond theirs.
class Connecting final : public Waitable {
public:
    Connecting(sockeye::Network& network, Target target, ConnectOptions options);

    /// @param until  when it is to give up, and to say how far it came
    Result<sockeye::Socket> finish(Instant until);
    std::string describe() const override { return target_.to_string(); }

private:
    struct Question {
        Question(Connecting& whole, Family family_, Op<HostEntry> asked)
            : family{family_}, answer{whole, std::move(asked)} {}
        Family family;
        Part<HostEntry> answer;
    };
    struct Attempt {
        Attempt(Connecting& whole, Address peer_, sockeye::Socket made)
            : peer{std::move(peer_)},
              socket{std::move(made)},
              connected{whole, socket.connect(peer, Deadline::never())} {}
        Address peer;
        sockeye::Socket socket;
        Part<void> connected;
    };
    struct Failure {
        Address peer;
        Error error;
    };

    void begin();
    void know(std::vector<Address> addresses);
    void take_answers();
    void take_answer(Family family, Result<HostEntry> answer);
    std::optional<sockeye::Socket> take_connected();
    bool start_next();
    Address take_next();
    void fail(const Address& peer, Error error);
    Result<void> prepare(sockeye::Socket& socket, const Address& peer) const;
    bool has_ended() const;
    Error how_it_failed() const;
    Error out_of_time() const;
    std::string history() const;

    sockeye::Network& network_;
    Target target_;
    ConnectOptions options_;
    bool begun_ = false;
    std::list<Question> questions_;    ///< not answered yet
    std::optional<Error> no_address_;  ///< why a question brought none
    std::vector<Address> untried_;     ///< the best first
    std::list<Attempt> attempts_;      ///< under way
    std::vector<Failure> failures_;
    std::optional<Family> last_family_;  ///< of the latest attempt
    Instant next_start_;                 ///< not before then
    std::optional<Part<void>> timer_;
};

}  // namespace sockeye::backend

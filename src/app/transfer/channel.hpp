// Channel: a connection on which the two ends exchange messages.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "app/transfer/message.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app::transfer {

/// Who closes before everything is said, and who says Failure, ends the transfer: Errc::closed and
/// what Failure names, each with a detail that says that it was the other end.
class Channel {
public:
    /// @param patience  how long the other end may neither say nor take anything
    Channel(Network& network, Socket connection, Duration patience);

    /// Says who this end is, and hears whether the other one fits.
    Task<Result<void>> greet(Role own);

    /// The next message; what it views is valid until the next call.
    Task<Result<Message>> receive();
    /// The same, which need not come soon: the other end has work to do, or waits for a person.
    Task<Result<Message>> receive_whenever();
    /// What has arrived by now that ends the transfer, if anything has: for whoever sends on and on.
    Task<Result<void>> check();

    /// Sends whole frames.
    Task<Result<void>> send(std::span<const std::byte> frames);
    Task<Result<void>> say(Message message);

    /// Tells the other end why this one cannot go on, unless it is the other one that cannot, and
    /// waits until it has heard (an RST would overtake the words).
    Task<> tell(Error why);

private:
    Task<Result<void>> fill(std::size_t octets, Deadline deadline);
    Task<Result<Message>> next(Deadline deadline);
    Error lost(Error error);

    Network& network_;
    Socket connection_;
    Duration patience_;
    std::vector<std::byte> buffer_;  ///< what has arrived, from `begin_` to `end_`
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::optional<Error> theirs_;  ///< why the other end cannot go on
    bool is_lost_ = false;         ///< there is nobody to tell anything any more
};

}  // namespace sockeye::app::transfer

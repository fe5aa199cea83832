// An HTTP/1.1 client: fetches one URL, following redirections.
#pragma once

#include <functional>
#include <string>

#include "app/http/message.hpp"
#include "app/http/url.hpp"
#include "sockeye/network.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app::http {

/// Takes the header of the last response, then its body piece by piece.
class Receiver {
public:
    virtual Result<void> header(const Response& response) = 0;
    virtual Task<Result<void>> body(BytesView octets) = 0;

protected:
    ~Receiver() = default;
};

struct Fetch {
    Fetch() {}  // no aggregate: ADR 0001 says why

    Url url;
    std::string method = "GET";
    std::string user_agent = "sockeye";
    Deadline deadline;  ///< of the whole
};

/// @returns the last response's header, once its body is complete; or
///   - what create_connection() says
///   - closed: the server closed before the response was complete
///   - input_output: what came is no HTTP, or redirects for ever
///   - what Url::resolve() says of a redirection, and what the receiver returned
Task<Result<Response>> fetch(Network& network, Fetch fetch, Receiver& receiver);

}  // namespace sockeye::app::http

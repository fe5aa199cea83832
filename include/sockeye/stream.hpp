// Stream: octets in, octets out, without addresses: a terminal, a pipe, a script.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "sockeye/bytes.hpp"
#include "sockeye/network.hpp"
#include "sockeye/op.hpp"

namespace sockeye {

namespace backend {
class Stream;
}

/// One thread, that of its network; must be destroyed before it.
class Stream {
public:
    Stream(Network& network, std::unique_ptr<backend::Stream> made);
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;
    ~Stream();

    /// Up to `most` octets, at least one; empty: the end.
    Op<Bytes> read(std::size_t most, Deadline deadline = {});
    /// Writes all of it. @returns an error whose transferred() says how much went
    Op<void> write(BytesView bytes, Deadline deadline = {});

private:
    Network* network_;
    std::unique_ptr<backend::Stream> backend_;
};

/// A stream that reads `script` and appends what is written to it to `*written` (nullptr: away
/// with it). Never waits, so it serves on every network. `*written` must outlive it.
Stream script_stream(Network& network, std::string_view script, std::string* written = nullptr);

}  // namespace sockeye

// Socket::sendfile: by the kernel where file and socket are both its own, otherwise block by block.
#include <algorithm>
#include <limits>

#include "socket/calls.hpp"
#include "sockeye/directory.hpp"

namespace sockeye {

using backend::Call;
using backend::Extra;
using backend::extra_of;
using backend::Interest;
using backend::Request;
using backend::socket_of;

namespace {

constexpr std::size_t block_size = std::size_t{64} * 1024;  // octets that are read at once

/// Reads the next block once the last one has been sent.
Result<std::size_t> send_from_block(Request& request) {
    Extra& extra = *request.extra;
    if (extra.block_sent == extra.block.size()) {
        Bytes block{std::min(block_size, request.size - request.done)};
        Result<std::size_t> read =
            extra.source->pread({block.data(), block.size()}, extra.offset + request.done);
        if (!read) return read;
        block.truncate(*read);
        extra.block = std::move(block);
        extra.block_sent = 0;
        if (*read == 0) return 0;
    }
    const std::span<const std::byte> rest{extra.block.begin() + extra.block_sent, extra.block.end()};
    Result<std::size_t> sent = socket_of(request).send(rest);
    if (sent) extra.block_sent += *sent;
    return sent;
}

/// @returns octets; 0: the file has no more
Result<std::size_t> send_some(Request& request) {
    const Extra& extra = *request.extra;
    if (extra.block.empty() && extra.source->fileno() >= 0) {
        Result<std::size_t> sent = socket_of(request).send_file(
            extra.source->fileno(), extra.offset + request.done, request.size - request.done);
        if (sent || sent.error() != Errc::unsupported) return sent;
    }
    return send_from_block(request);
}

Result<std::uint64_t> try_sendfile(Request& request) {
    while (request.done < request.size) {
        Result<std::size_t> sent = send_some(request);
        if (!sent) return std::unexpected{std::move(sent.error())};
        if (*sent == 0) break;
        request.done += *sent;
    }
    return request.done;
}

constexpr Call<std::uint64_t> sendfile_call{"sendfile", Interest::write, &try_sendfile};

}  // namespace

Op<std::uint64_t> Socket::sendfile(const File& file, std::uint64_t offset, std::optional<std::uint64_t> count,
                                   Deadline deadline) {
    Request sendfile = request(deadline);
    sendfile.set_size(count.value_or(std::numeric_limits<std::size_t>::max()));
    Extra& extra = extra_of(sendfile);
    extra.source = &file;
    extra.offset = offset;
    if (is_open() && type() != SocketType::stream) sendfile.set_failure(Errc::invalid_argument);
    if (is_open() && !extra.failure && !file.is_open()) sendfile.set_failure(Errc::closed);
    return {sendfile_call, std::move(sendfile)};
}

}  // namespace sockeye

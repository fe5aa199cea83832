#include "sockeye/stream.hpp"

#include <algorithm>
#include <cstring>

#include "socket/calls.hpp"

namespace sockeye {

using backend::Interest;
using backend::Request;
using backend::with_buffer;

namespace {

backend::Stream& stream_of(Request& request) {
    return static_cast<backend::Stream&>(*request.target);
}

Result<Bytes> try_read(Request& request) {
    Bytes bytes{request.size};
    Result<std::size_t> read = stream_of(request).read({bytes.data(), bytes.size()});
    if (!read) return std::unexpected{std::move(read.error())};
    bytes.truncate(*read);
    return bytes;
}

Result<void> try_write(Request& request) {
    while (request.done < request.size) {
        Result<std::size_t> written =
            stream_of(request).write({request.data + request.done, request.size - request.done});
        if (!written) return std::unexpected{std::move(written.error())};
        request.done += *written;
    }
    return {};
}

constexpr backend::Call<Bytes> read_call{"read", Interest::read, &try_read};
constexpr backend::Call<void> write_call{"write", Interest::write, &try_write};

class ScriptStream : public backend::Stream {
public:
    ScriptStream(backend::Driver& driver, std::string_view script, std::string* written)
        : Stream{driver}, script_{script}, written_{written} {}

    Result<std::size_t> read(std::span<std::byte> buffer) override {
        const std::size_t octets = std::min(buffer.size(), script_.size() - read_);
        std::memcpy(buffer.data(), script_.data() + read_, octets);
        read_ += octets;
        return octets;
    }
    Result<std::size_t> write(std::span<const std::byte> bytes) override {
        if (written_ != nullptr) *written_ += BytesView{bytes}.text();
        return bytes.size();
    }
    std::string describe() const override { return "a script"; }

private:
    std::string script_;
    std::size_t read_ = 0;
    std::string* written_;
};

}  // namespace

Stream::Stream(Network& network, std::unique_ptr<backend::Stream> made)
    : network_{&network}, backend_{std::move(made)} {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Op<Bytes> Stream::read(std::size_t most, Deadline deadline) {
    Request request{backend_.get(), deadline};
    request.set_size(most);
    return {read_call, std::move(request)};
}

Op<void> Stream::write(BytesView bytes, Deadline deadline) {
    return {write_call, with_buffer(Request{backend_.get(), deadline}, bytes.data(), bytes.size())};
}

Stream script_stream(Network& network, std::string_view script, std::string* written) {
    return {network, std::make_unique<ScriptStream>(network.backend().driver(), script, written)};
}

}  // namespace sockeye

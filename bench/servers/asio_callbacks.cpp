// Asio with callbacks: a session with a buffer of its own, as its examples write it.
#include <asio.hpp>
#include <memory>
#include <vector>

#include "bench/servers/arguments.hpp"

namespace {

using asio::ip::tcp;

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(tcp::socket socket, std::size_t buffer) : socket_{std::move(socket)}, buffer_(buffer) {}

    void read() {
        socket_.async_read_some(asio::buffer(buffer_),
                                [self = shared_from_this()](std::error_code error, std::size_t octets) {
                                    if (!error) self->write(octets);
                                });
    }

private:
    void write(std::size_t octets) {
        asio::async_write(socket_, asio::buffer(buffer_.data(), octets),
                          [self = shared_from_this()](std::error_code error, std::size_t) {
                              if (!error) self->read();
                          });
    }

    tcp::socket socket_;
    std::vector<char> buffer_;
};

void accept(tcp::acceptor& acceptor, std::size_t buffer) {
    acceptor.async_accept([&acceptor, buffer](std::error_code error, tcp::socket socket) {
        if (!error) {
            socket.set_option(tcp::no_delay{true});
            std::make_shared<Session>(std::move(socket), buffer)->read();
        }
        accept(acceptor, buffer);
    });
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments{argc, argv};
    asio::io_context context{1};
    tcp::acceptor acceptor{context};
    const tcp::endpoint at{asio::ip::address_v4::loopback(), arguments.port};
    acceptor.open(at.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address{true});
    acceptor.bind(at);
    acceptor.listen(backlog);
    accept(acceptor, arguments.buffer);
    context.run();
}

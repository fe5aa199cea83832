// Asio with coroutines, one a connection.
#include <asio.hpp>
#include <vector>

#include "bench/servers/arguments.hpp"

namespace {

using asio::ip::tcp;

asio::awaitable<void> echo(tcp::socket socket, std::size_t size) try {
    std::vector<char> buffer(size);
    for (;;) {
        const std::size_t octets = co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
        // How many octets were written is known.
        (void)co_await asio::async_write(socket, asio::buffer(buffer.data(), octets), asio::use_awaitable);
    }
} catch (const std::system_error&) {  // the peer has gone: the end of a file is an error here
}

asio::awaitable<void> serve(tcp::acceptor& acceptor, std::size_t buffer) {
    for (;;) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        socket.set_option(tcp::no_delay{true});
        asio::co_spawn(acceptor.get_executor(), echo(std::move(socket), buffer), asio::detached);
    }
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
    asio::co_spawn(context, serve(acceptor, arguments.buffer), asio::detached);
    context.run();
}

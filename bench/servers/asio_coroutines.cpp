// Asio with coroutines, one a connection. The word "shared": all share one buffer, and each waits
// until there is something before it reads.
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

asio::awaitable<void> echo_from_shared(tcp::socket socket, std::vector<char>& buffer) try {
    for (;;) {
        (void)co_await socket.async_wait(tcp::socket::wait_read, asio::use_awaitable);  // what fails, throws
        std::size_t octets = socket.read_some(asio::buffer(buffer));
        // Of a short answer all fits into the send buffer: nobody else has the shared one meanwhile.
        for (const char* next = buffer.data(); octets > 0;) {
            const std::size_t sent = socket.write_some(asio::buffer(next, octets));
            next += sent, octets -= sent;
        }
    }
} catch (const std::system_error&) {
}

asio::awaitable<void> serve(tcp::acceptor& acceptor, std::vector<char>* shared, std::size_t buffer) {
    for (;;) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        socket.set_option(tcp::no_delay{true});
        auto session = shared != nullptr ? echo_from_shared(std::move(socket), *shared)
                                         : echo(std::move(socket), buffer);
        asio::co_spawn(acceptor.get_executor(), std::move(session), asio::detached);
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
    std::vector<char> shared(arguments.buffer);
    const bool shares = arguments.has("shared");
    asio::co_spawn(context, serve(acceptor, shares ? &shared : nullptr, arguments.buffer), asio::detached);
    context.run();
}

// libuv: one buffer for all connections, uv_try_write first.
#include <uv.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "bench/servers/arguments.hpp"

namespace {

std::vector<char> shared_buffer;  // libuv's callbacks carry no state for all connections

void allocate(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
    *buffer = uv_buf_init(shared_buffer.data(), static_cast<unsigned>(shared_buffer.size()));
}

void close(uv_stream_t* stream) {
    uv_close(reinterpret_cast<uv_handle_t*>(stream),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_tcp_t*>(handle); });
}

struct Write {
    uv_write_t request;
    std::vector<char> octets;
};

void echo(uv_stream_t* stream, ssize_t count, const uv_buf_t* received) {
    if (count < 0) return close(stream);
    if (count == 0) return;
    uv_buf_t buffer = uv_buf_init(received->base, static_cast<unsigned>(count));
    const int sent = uv_try_write(stream, &buffer, 1);
    const int taken = sent > 0 ? sent : 0;
    if (taken == count) return;
    auto* write = new Write{{}, {received->base + taken, received->base + count}};
    write->request.data = write;
    uv_buf_t rest = uv_buf_init(write->octets.data(), static_cast<unsigned>(write->octets.size()));
    uv_write(&write->request, stream, &rest, 1,
             [](uv_write_t* request, int) { delete static_cast<Write*>(request->data); });
}

void accept(uv_stream_t* server, int status) {
    if (status < 0) return;
    auto* client = new uv_tcp_t;
    uv_tcp_init(server->loop, client);
    auto* stream = reinterpret_cast<uv_stream_t*>(client);
    if (uv_accept(server, stream) != 0) return close(stream);
    uv_tcp_nodelay(client, 1);
    uv_read_start(stream, allocate, echo);
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments{argc, argv};
    shared_buffer.resize(arguments.buffer);
    uv_loop_t* loop = uv_default_loop();
    uv_tcp_t server;
    uv_tcp_init(loop, &server);
    sockaddr_in at{};
    uv_ip4_addr("127.0.0.1", arguments.port, &at);
    if (uv_tcp_bind(&server, reinterpret_cast<sockaddr*>(&at), 0) != 0) return 1;
    if (uv_listen(reinterpret_cast<uv_stream_t*>(&server), backlog, accept) != 0) return 1;
    return uv_run(loop, UV_RUN_DEFAULT);
}

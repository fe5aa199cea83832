// Thousands of connections, opened and dropped: what they took is given back.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <vector>

#include "base/address_sanitizer.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/option.hpp"
#include "sockeye/socket.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

// Of <sanitizer/allocator_interface.h>, which g++ 12 lacks.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();

namespace sockeye {
namespace {

namespace posix = test::posix;

/// Octets that the program holds.
std::size_t allocated() {
    if constexpr (under_address_sanitizer)
        return __sanitizer_get_current_allocated_bytes();
    else
        return ::mallinfo2().uordblks;
}

class KernelChurn : public test::OnEachBackend {
protected:
    KernelChurn() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit raised = before_;
        raised.rlim_cur = std::min<rlim_t>(before_.rlim_max, 8192);
        ::setrlimit(RLIMIT_NOFILE, &raised);
    }
    ~KernelChurn() override { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

Task<> upper(Socket connection) {
    while (auto bytes = co_await connection.recv(1024)) {
        if (bytes->empty()) co_return;
        if (!co_await connection.sendall(*bytes)) co_return;
    }
}

Task<> serve(Network& network, Socket& server, int clients) {
    for (int i = 0; i < clients; ++i) {
        auto accepted = co_await server.accept();
        if (!accepted) co_return;
        network.spawn(upper(std::move(accepted->socket)));
    }
}

/// Some end in good order, some break off.
Task<> open_and_drop(Network& network, Address at, int clients) {
    std::vector<Socket> connections;
    for (int i = 0; i < clients; ++i) {
        Socket connection = (co_await create_connection(network, Target{at})).value();
        EXPECT_TRUE(co_await connection.sendall("hello"));
        connections.push_back(std::move(connection));
    }
    for (std::size_t i = 0; i < connections.size(); i += 2)
        EXPECT_TRUE(connections[i].setsockopt(option::so_linger, Duration::zero()));
}

TEST_P(KernelChurn, TwoThousandConnectionsLeaveNoDescriptorAndNoMemoryBehind) {
    constexpr int clients = 2000;
    KernelNetwork network{options()};
    Socket server = create_server(network, {"127.0.0.1", 0}, {.backlog = clients}).value();
    const Address at = server.getsockname().value();
    const auto round = [&] {
        network.spawn(serve(network, server, clients));
        network.spawn(open_and_drop(network, at, clients));
        EXPECT_TRUE(network.run());
    };
    round();  // what the loop keeps for the next time, it has now
    const auto descriptors = posix::open_descriptors();
    const std::size_t memory = allocated();
    for (int i = 0; i < 3; ++i) round();
    EXPECT_EQ(posix::open_descriptors(), descriptors);
    EXPECT_LE(allocated(), memory + clients) << "not an octet a connection";
}

INSTANTIATE_TEST_SUITE_P(On, KernelChurn, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye

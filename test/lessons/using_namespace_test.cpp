// Row 113: `using namespace sockeye;` beside the standard library's names and the system's.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <ranges>
#include <string>
#include <thread>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/bytes.hpp"
#include "sockeye/credentials.hpp"
#include "sockeye/directory.hpp"
#include "sockeye/error.hpp"
#include "sockeye/event.hpp"
#include "sockeye/impairments.hpp"
#include "sockeye/inet.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/makefile.hpp"
#include "sockeye/message.hpp"
#include "sockeye/names.hpp"
#include "sockeye/network.hpp"
#include "sockeye/op.hpp"
#include "sockeye/option.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/stream.hpp"
#include "sockeye/task.hpp"
#include "sockeye/tcp_info.hpp"
#include "sockeye/time.hpp"
#include "sockeye/utf8.hpp"

using namespace std;      // NOLINT: what is tested
using namespace sockeye;  // NOLINT: what is tested

namespace {

TEST(Lessons, Lesson113_UsingNamespaceCompilesBesideTheStandardHeaders) {
    KernelNetwork network;
    Socket server = create_server(network, Address{"127.0.0.1", 0}).value();
    Socket client = create_connection(network, server.getsockname().value()).wait().value();
    vector<string> words{"no", "clash"};
    ASSERT_TRUE(client.setsockopt(option::tcp_nodelay, true));
    ASSERT_TRUE(client.sendall(words[0] + words[1]).wait());
    Accepted accepted = server.accept(2s).wait().value();
    EXPECT_EQ(accepted.socket.recv(100).wait().value().text(), "noclash");
}

}  // namespace

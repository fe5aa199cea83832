// Where a conformance body runs: the same body, unchanged, on every network.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/tap.hpp"
#include "test/support/called_host.hpp"
#include "test/support/network_namespace.hpp"

namespace sockeye::conformance {

/// A server's network and a client's, joined, and the address that the server may bind to.
class Place {
public:
    virtual ~Place() = default;
    virtual Network& server() = 0;
    virtual Network& client() = 0;
    virtual IpAddress server_ip() const = 0;

    /// A port that the network chooses: what it chose is in getsockname().
    Address any_port() const { return Address{server_ip(), 0}; }
};

class KernelPlace : public Place {
public:
    explicit KernelPlace(Backend backend) : network_{{.backend = backend}} {}
    Network& server() override { return network_; }
    Network& client() override { return network_; }
    IpAddress server_ip() const override { return IpAddress::loopback(Family::inet); }

private:
    KernelNetwork network_;
};

class LabPlace : public Place {
public:
    explicit LabPlace(std::uint64_t seed = 7)
        : lab_{{.seed = seed}},
          lan_{lab_.add_switch("lan")},
          server_{lab_.add_host("server", lan_, "10.0.0.1/24")},
          client_{lab_.add_host("client", lan_, "10.0.0.2/24")} {}

    Network& server() override { return server_; }
    Network& client() override { return client_; }
    IpAddress server_ip() const override { return IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, 1}}; }
    Lab& lab() { return lab_; }
    Host& server_host() { return server_; }
    Host& client_host() { return client_; }

private:
    Lab lab_;
    Switch& lan_;
    Host& server_;
    Host& client_;
};

/// The same hosts as two programs outside the lab have them.
class CalledPlace : public Place {
public:
    Network& server() override { return server_; }
    Network& client() override { return client_; }
    IpAddress server_ip() const override { return lab_.server_ip(); }
    Lab& lab() { return lab_.lab(); }

private:
    LabPlace lab_;
    test::CalledHost server_{lab_.server_host()};
    test::CalledHost client_{lab_.client_host()};
};

/// Our stack and the kernel's at the two ends of a TAP device, in a namespace of their own.
class TapPlace : public Place {
public:
    enum class Server : std::uint8_t { stack, kernel };

    explicit TapPlace(Server server) : server_{server} { namespace_.ip("address add 10.0.0.1/24 dev tap0"); }
    Network& server() override { return at(server_ == Server::stack); }
    Network& client() override { return at(server_ != Server::stack); }
    IpAddress server_ip() const override {
        const std::uint8_t host = server_ == Server::stack ? 2 : 1;
        return IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, host}};
    }

private:
    Network& at(bool stack) {
        if (stack) return *tap_;
        return tap_->machine();
    }

    Server server_;
    test::NetworkNamespace namespace_;
    std::unique_ptr<TapNetwork> tap_ =
        TapNetwork::open(TapOptions::parse("tap0,10.0.0.2/24").value()).value();
};

/// A listening socket, and a connection to it from both ends.
struct Pair {
    explicit Pair(Place& place) : server{create_server(place.server(), place.any_port()).value()} {
        near = create_connection(place.client(), server.getsockname().value()).wait().value();
        far = server.accept().wait().value().socket;
    }
    Socket server;
    Socket near;  ///< the client's end
    Socket far;   ///< the server's end
};

/// A bound socket, and one that talks to it.
struct Datagrams {
    explicit Datagrams(Place& place)
        : server{create_datagram_server(place.server(), place.any_port()).value()},
          client{place.client(), Family::inet, SocketType::datagram},
          at{server.getsockname().value()} {}
    Socket server;
    Socket client;
    Address at;
};

struct Body {
    const char* name;
    void (*run)(Place&);
};

}  // namespace sockeye::conformance

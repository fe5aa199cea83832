// The scenarios of `./dev bench lab` that ns-3 has too, of the same shape, and what they cost there.
//   bench_lab_ns3 two_lans|flat|routed SIZE [CAPTURE]
// Cables are CSMA channels, which are half duplex, and switches bridges: ns-3's LAN with ARP. CAPTURE is the
// beginning of the names of its pcap files, one a cable, in which each frame stands once.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <ns3/applications-module.h>
#include <ns3/bridge-module.h>
#include <ns3/core-module.h>
#include <ns3/csma-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>

namespace {

using ns3::Address;
using ns3::CsmaNetDevice;
using ns3::InetSocketAddress;
using ns3::Ipv4;
using ns3::Ipv4Address;
using ns3::Ipv4Mask;
using ns3::Node;
using ns3::NodeContainer;
using ns3::Packet;
using ns3::Ptr;
using ns3::Seconds;
using ns3::Socket;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t ten = 10U << 24;  // 10.0.0.0
constexpr std::size_t fan_out = 32;

[[noreturn]] void give_up(const char* why) {
    std::fprintf(stderr, "bench_lab_ns3: %s\n", why);
    std::exit(1);
}

/// What nodes and cables there are, and how many frames have begun to cross a cable.
class Network {
public:
    explicit Network(std::string capture) : capture_{std::move(capture)} {
        csma_.SetChannelAttribute("DataRate", ns3::StringValue("1Gbps"));
        csma_.SetChannelAttribute("Delay", ns3::TimeValue(ns3::MicroSeconds(5)));
        csma_.SetQueue("ns3::DropTailQueue", "MaxSize", ns3::StringValue("1000p"));
        routing_.Add(static_routing_, 0);
        internet_.SetRoutingHelper(routing_);
        internet_.SetIpv6StackInstall(false);
    }

    Ptr<Node> host() {
        Ptr<Node> node = ns3::CreateObject<Node>();
        internet_.Install(node);
        return node;
    }
    Ptr<Node> bridge() { return ns3::CreateObject<Node>(); }

    /// A cable; the device of each end.
    ns3::NetDeviceContainer join(const Ptr<Node>& a, const Ptr<Node>& b) {
        ns3::NetDeviceContainer ends = csma_.Install(NodeContainer(a, b));
        for (std::uint32_t i = 0; i < 2; ++i)
            ends.Get(i)->TraceConnectWithoutContext("PhyTxBegin", ns3::MakeCallback(&Network::count, this));
        if (!capture_.empty()) csma_.EnablePcap(capture_, ends.Get(0), true);
        return ends;
    }
    /// To be called once its cables are there. @param ports  this node's ends of them
    static void make_switch(const Ptr<Node>& node, const ns3::NetDeviceContainer& ports) {
        ns3::BridgeHelper{}.Install(node, ports);
    }
    static void give_address(const Ptr<ns3::NetDevice>& device, std::uint32_t address, int bits) {
        Ptr<Ipv4> ipv4 = device->GetNode()->GetObject<Ipv4>();
        const std::uint32_t interface = ipv4->AddInterface(device);
        const Ipv4Mask mask{static_cast<std::uint32_t>(~0ULL << (32 - bits))};
        ipv4->AddAddress(interface, ns3::Ipv4InterfaceAddress(Ipv4Address(address), mask));
        ipv4->SetUp(interface);
    }
    void route(const Ptr<Node>& node, std::uint32_t target, int bits, std::uint32_t gateway) {
        Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
        std::uint32_t interface = 1;
        for (std::uint32_t i = 1; i < ipv4->GetNInterfaces(); ++i) {
            const ns3::Ipv4InterfaceAddress own = ipv4->GetAddress(i, 0);
            if (own.GetLocal().CombineMask(own.GetMask()) == Ipv4Address(gateway).CombineMask(own.GetMask()))
                interface = i;
        }
        const Ipv4Mask mask{bits == 0 ? 0 : static_cast<std::uint32_t>(~0ULL << (32 - bits))};
        static_routing_.GetStaticRouting(ipv4)->AddNetworkRouteTo(Ipv4Address(target), mask,
                                                                  Ipv4Address(gateway), interface);
    }

    std::uint64_t hops() const { return hops_; }

private:
    void count(Ptr<const Packet>) { ++hops_; }

    std::string capture_;
    ns3::CsmaHelper csma_;
    ns3::Ipv4StaticRoutingHelper static_routing_;
    ns3::Ipv4ListRoutingHelper routing_;
    ns3::InternetStackHelper internet_;
    std::uint64_t hops_ = 0;
};

// ---- what hosts do

constexpr std::uint32_t octets_of_request = 100;
constexpr std::uint32_t octets_of_answer = 1000;

/// What has arrived; after a FIN the socket gives an empty packet each time it is asked.
std::uint32_t receive_all(const Ptr<Socket>& socket) {
    std::uint32_t received = 0;
    while (Ptr<Packet> packet = socket->Recv()) {
        if (packet->GetSize() == 0) break;
        received += packet->GetSize();
    }
    return received;
}

void answer_request(Ptr<Socket> socket) {
    if (receive_all(socket) == octets_of_request) socket->Send(ns3::Create<Packet>(octets_of_answer));
}

void close_too(Ptr<Socket> socket) {
    socket->Close();
}

void take_connection(Ptr<Socket> socket, const Address&) {
    socket->SetRecvCallback(ns3::MakeCallback(&answer_request));
    socket->SetCloseCallbacks(ns3::MakeCallback(&close_too), ns3::MakeCallback(&close_too));
}

/// Answers each request of 100 octets with 1,000.
void serve(const Ptr<Node>& node) {
    Ptr<Socket> listener = Socket::CreateSocket(node, ns3::TcpSocketFactory::GetTypeId());
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    listener->Listen();
    listener->SetAcceptCallback(ns3::MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                ns3::MakeCallback(&take_connection));
}

void send_request(Ptr<Socket> socket) {
    socket->Send(ns3::Create<Packet>(octets_of_request));
}

/// One host that asks; kept until the end.
struct Asker {
    std::uint32_t received = 0;

    void begin(Ptr<Node> node, Ipv4Address server) {
        Ptr<Socket> socket = Socket::CreateSocket(node, ns3::TcpSocketFactory::GetTypeId());
        socket->SetConnectCallback(ns3::MakeCallback(&send_request),
                                   ns3::MakeNullCallback<void, Ptr<Socket>>());
        socket->SetRecvCallback(ns3::MakeCallback(&Asker::receive, this));
        socket->Connect(InetSocketAddress(server, 80));
    }
    void receive(Ptr<Socket> socket) {
        received += receive_all(socket);
        if (received == octets_of_answer) socket->Close();
    }
};

/// Each asks the one half of them away, at a moment of its own within a second.
std::vector<Asker> ask_each_other(const std::vector<Ptr<Node>>& hosts,
                                  const std::vector<std::uint32_t>& addresses) {
    std::vector<Asker> askers(hosts.size());
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        serve(hosts[i]);
        const auto when = Seconds(static_cast<double>(i) / static_cast<double>(hosts.size()));
        const Ipv4Address server{addresses[(i + hosts.size() / 2) % hosts.size()]};
        ns3::Simulator::ScheduleWithContext(hosts[i]->GetId(), when, &Asker::begin, &askers[i], hosts[i],
                                            server);
    }
    return askers;
}

void run_until_answered(const std::vector<Asker>& askers) {
    ns3::Simulator::Stop(Seconds(30));
    ns3::Simulator::Run();
    const auto is_answered = [](const Asker& one) { return one.received == octets_of_answer; };
    if (!std::all_of(askers.begin(), askers.end(), is_answered)) give_up("not every host was answered");
}

// ---- the scenarios

struct Times {
    Clock::time_point started = Clock::now();
    Clock::time_point built;
    Clock::time_point ended;
};

void flat(Network& network, std::size_t count, Times& times) {
    Ptr<Node> core = network.bridge();
    ns3::NetDeviceContainer ports_of_core;
    std::vector<Ptr<Node>> hosts;
    std::vector<std::uint32_t> addresses;
    for (std::size_t first = 0; first < count; first += fan_out) {
        Ptr<Node> lan = network.bridge();
        ns3::NetDeviceContainer ports;
        const ns3::NetDeviceContainer up = network.join(lan, core);
        ports.Add(up.Get(0));
        ports_of_core.Add(up.Get(1));
        for (std::size_t i = first; i < std::min(count, first + fan_out); ++i) {
            addresses.push_back(ten + static_cast<std::uint32_t>(i + 1));
            hosts.push_back(network.host());
            const ns3::NetDeviceContainer ends = network.join(hosts.back(), lan);
            Network::give_address(ends.Get(0), addresses.back(), 8);
            ports.Add(ends.Get(1));
        }
        Network::make_switch(lan, ports);
    }
    Network::make_switch(core, ports_of_core);
    const std::vector<Asker> askers = ask_each_other(hosts, addresses);
    times.built = Clock::now();
    run_until_answered(askers);
}

/// Routes by hand: a router knows the networks below it, and all else is above.
void routed(Network& network, std::size_t count, Times& times) {
    std::uint32_t links = 0;
    const auto join = [&](const Ptr<Node>& below, const Ptr<Node>& above) {
        const std::uint32_t net = ten + (128U << 16) + 4 * links++;
        const ns3::NetDeviceContainer ends = network.join(below, above);
        Network::give_address(ends.Get(0), net + 1, 30);
        Network::give_address(ends.Get(1), net + 2, 30);
        network.route(below, 0, 0, net + 2);
        return net + 1;
    };
    std::vector<Ptr<Node>> hosts;
    std::vector<std::uint32_t> addresses;
    Ptr<Node> top = network.host();
    Ptr<Node> above;
    std::uint32_t way_to_above = 0;
    for (std::uint32_t number = 0; number * fan_out < count; ++number) {
        if (number % fan_out == 0) {
            above = network.host();
            way_to_above = join(above, top);
        }
        const std::uint32_t net = ten + (number << 8);
        Ptr<Node> lan = network.bridge();
        Ptr<Node> router = network.host();
        ns3::NetDeviceContainer ports;
        const ns3::NetDeviceContainer to_router = network.join(router, lan);
        Network::give_address(to_router.Get(0), net + 254, 24);
        ports.Add(to_router.Get(1));
        const std::uint32_t way_down = join(router, above);
        network.route(above, net, 24, way_down);
        network.route(top, net, 24, way_to_above);
        for (std::uint32_t i = 0; i < fan_out && number * fan_out + i < count; ++i) {
            addresses.push_back(net + 1 + i);
            hosts.push_back(network.host());
            const ns3::NetDeviceContainer ends = network.join(hosts.back(), lan);
            Network::give_address(ends.Get(0), addresses.back(), 24);
            network.route(hosts.back(), 0, 0, net + 254);
            ports.Add(ends.Get(1));
        }
        Network::make_switch(lan, ports);
    }
    const std::vector<Asker> askers = ask_each_other(hosts, addresses);
    times.built = Clock::now();
    run_until_answered(askers);
}

void two_lans(Network& network, std::size_t megabytes, Times& times) {
    Ptr<Node> router = network.host();
    std::vector<Ptr<Node>> hosts;
    for (std::uint32_t lan = 0; lan < 2; ++lan) {
        const std::uint32_t net = ten + (lan << 8);
        Ptr<Node> middle = network.bridge();
        ns3::NetDeviceContainer ports;
        const ns3::NetDeviceContainer to_router = network.join(router, middle);
        Network::give_address(to_router.Get(0), net + 254, 24);
        ports.Add(to_router.Get(1));
        for (std::uint32_t i = 0; i < 4; ++i) {
            hosts.push_back(network.host());
            const ns3::NetDeviceContainer ends = network.join(hosts.back(), middle);
            Network::give_address(ends.Get(0), net + 1 + i, 24);
            network.route(hosts.back(), 0, 0, net + 254);
            ports.Add(ends.Get(1));
        }
        Network::make_switch(middle, ports);
    }
    const Address server = InetSocketAddress(Ipv4Address(ten + 257), 80);
    ns3::PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 80));
    ns3::ApplicationContainer sinks = sink.Install(hosts[4]);
    ns3::BulkSendHelper bulk("ns3::TcpSocketFactory", server);
    bulk.SetAttribute("MaxBytes", ns3::UintegerValue(megabytes * 1'000'000));
    bulk.Install(hosts[0]);
    ns3::UdpEchoServerHelper echo(7);
    echo.Install(hosts[5]);
    ns3::UdpEchoClientHelper client(Ipv4Address(ten + 258), 7);
    client.SetAttribute("MaxPackets", ns3::UintegerValue(1000));
    client.SetAttribute("Interval", ns3::TimeValue(ns3::MilliSeconds(1)));
    client.SetAttribute("PacketSize", ns3::UintegerValue(100));
    client.Install(hosts[1]);
    times.built = Clock::now();
    ns3::Simulator::Stop(Seconds(10));
    ns3::Simulator::Run();
    if (ns3::DynamicCast<ns3::PacketSink>(sinks.Get(0))->GetTotalRx() != megabytes * 1'000'000)
        give_up("the two LANs are not done after ten seconds");
}

std::uintmax_t octets_of_files(const std::string& beginning) {
    if (beginning.empty()) return 0;
    std::uintmax_t sum = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(std::filesystem::path(beginning).parent_path()))
        if (file.path().string().rfind(beginning, 0) == 0) sum += file.file_size();
    return sum;
}

double seconds(Clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

int main(int count, char** words) {
    const std::string_view name = count > 2 ? words[1] : "";
    const std::size_t size = count > 2 ? std::strtoul(words[2], nullptr, 10) : 0;
    const std::string capture = count > 3 ? words[3] : "";
    const auto scenario = name == "two_lans" ? two_lans
                          : name == "flat"   ? flat
                          : name == "routed" ? routed
                                             : nullptr;
    if (scenario == nullptr || size == 0) give_up("usage: bench_lab_ns3 two_lans|flat|routed SIZE [CAPTURE]");

    ns3::Config::SetDefault("ns3::TcpL4Protocol::SocketType", ns3::StringValue("ns3::TcpCubic"));
    ns3::Config::SetDefault("ns3::TcpSocket::SegmentSize", ns3::UintegerValue(1448));
    ns3::Config::SetDefault("ns3::TcpSocket::SndBufSize", ns3::UintegerValue(4 << 20));
    ns3::Config::SetDefault("ns3::TcpSocket::RcvBufSize", ns3::UintegerValue(4 << 20));
    Times times;
    std::uint64_t hops = 0;
    {
        Network network{capture};
        scenario(network, size, times);
        times.ended = Clock::now();
        hops = network.hops();
    }
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    ns3::Simulator::Destroy();
    std::printf(R"({"setup": %.6f, "run": %.6f, "hops": %llu, "rss": %ld, "captured": %ju})"
                "\n",
                seconds(times.built - times.started), seconds(times.ended - times.built),
                static_cast<unsigned long long>(hops), usage.ru_maxrss, octets_of_files(capture));
    return 0;
}

#include "bench/stack/lwip_pair.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>
#include <netif/etharp.h>
#include <netif/ethernet.h>

namespace sockeye::bench {
namespace {

constexpr u16_t port = 80;

void require(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "lwIP: %s failed\n", what);
    std::exit(1);
}

ip_addr_t address(u8_t host) {
    ip_addr_t ip{};
    IP_ADDR4(&ip, 10, 0, 0, host);
    return ip;
}

class Pair {
public:
    Pair() {
        lwip_init();
        for (u8_t i = 0; i < 2; ++i) {
            const ip_addr_t ip = address(i + 1);
            ip4_addr_t mask{};
            ip4_addr_t gateway{};
            IP4_ADDR(&mask, 255, 255, 255, 0);
            netif_add(&interfaces_[i], ip_2_ip4(&ip), &mask, &gateway, this, prepare, ethernet_input);
            interfaces_[i].hwaddr[5] = i + 1;
            netif_set_link_up(&interfaces_[i]);
            netif_set_up(&interfaces_[i]);
        }
        listen();
        connect();
        for (int turns = 0; (client_ == nullptr || server_ == nullptr) && turns < 100; ++turns) exchange();
        require(client_ != nullptr && server_ != nullptr, "connecting");
    }

    std::size_t move(LwipWrite how) {
        arrived_ = 0;
        const u16_t room = tcp_sndbuf(client_);
        if (room > 0)
            tcp_write(client_, text_.data(), room, how == LwipWrite::copied ? TCP_WRITE_FLAG_COPY : 0);
        tcp_output(client_);
        exchange();
        sys_check_timeouts();
        return arrived_;
    }

private:
    static err_t prepare(netif* interface) {
        interface->mtu = 1500;
        interface->hwaddr_len = ETH_HWADDR_LEN;
        interface->hwaddr[0] = 2;
        interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
        interface->output = etharp_output;
        interface->linkoutput = transmit;
        return ERR_OK;
    }

    /// The sender keeps its buffers and the receiver writes in them, so a frame has to be a copy.
    static err_t transmit(netif* interface, pbuf* frame) {
        Pair& self = *static_cast<Pair*>(interface->state);
        pbuf* const copy = pbuf_clone(PBUF_RAW, PBUF_RAM, frame);
        if (copy == nullptr) return ERR_MEM;
        self.on_the_wire_[interface == &self.interfaces_[0] ? 1 : 0].push_back(copy);
        return ERR_OK;
    }

    /// Turn by turn all that is under way arrives, until nothing is.
    void exchange() {
        for (bool moved = true; moved;) {
            moved = false;
            for (std::size_t to : {1, 0}) {
                arriving_.swap(on_the_wire_[to]);
                for (pbuf* frame : arriving_)
                    if (interfaces_[to].input(frame, &interfaces_[to]) != ERR_OK) pbuf_free(frame);
                moved = moved || !arriving_.empty();
                arriving_.clear();
            }
        }
    }

    void listen() {
        tcp_pcb* pcb = tcp_new();
        const ip_addr_t ip = address(2);
        require(tcp_bind(pcb, &ip, port) == ERR_OK, "tcp_bind");
        tcp_bind_netif(pcb, &interfaces_[1]);
        pcb = tcp_listen(pcb);
        tcp_arg(pcb, this);
        tcp_accept(pcb, [](void* self, tcp_pcb* accepted, err_t) -> err_t {
            static_cast<Pair*>(self)->server_ = accepted;
            tcp_arg(accepted, self);
            tcp_recv(accepted, receive);
            return ERR_OK;
        });
    }

    void connect() {
        tcp_pcb* const pcb = tcp_new();
        const ip_addr_t ip = address(1);
        const ip_addr_t peer = address(2);
        require(tcp_bind(pcb, &ip, 0) == ERR_OK, "tcp_bind");
        tcp_bind_netif(pcb, &interfaces_[0]);
        tcp_arg(pcb, this);
        const err_t begun = tcp_connect(pcb, &peer, port, [](void* self, tcp_pcb* connected, err_t) -> err_t {
            static_cast<Pair*>(self)->client_ = connected;
            return ERR_OK;
        });
        require(begun == ERR_OK, "tcp_connect");
    }

    /// In place: the octets are not looked at.
    static err_t receive(void* self, tcp_pcb* pcb, pbuf* text, err_t) {
        if (text == nullptr) return ERR_OK;
        static_cast<Pair*>(self)->arrived_ += text->tot_len;
        tcp_recved(pcb, text->tot_len);
        pbuf_free(text);
        return ERR_OK;
    }

    std::array<netif, 2> interfaces_{};
    std::array<std::vector<pbuf*>, 2> on_the_wire_;
    std::vector<pbuf*> arriving_;
    std::array<char, 65536> text_{};
    tcp_pcb* client_ = nullptr;
    tcp_pcb* server_ = nullptr;
    std::size_t arrived_ = 0;
};

}  // namespace

std::size_t move_by_lwip(LwipWrite how) {
    static Pair pair;
    return pair.move(how);
}

}  // namespace sockeye::bench

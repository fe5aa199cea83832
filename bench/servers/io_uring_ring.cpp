// The other yardstick: io_uring by hand, as well as we know how, with nothing of a library around it. One
// ring of buffers for all connections, filled bit by bit (Linux 6.12); requests to receive that go on; small
// answers leave from where the request came in, all of a turn with one system call.
#include <liburing.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <deque>
#include <vector>

#include "bench/servers/arguments.hpp"
#include "bench/servers/listening.hpp"

namespace {

constexpr unsigned buffers = 16;
constexpr unsigned buffer_size = 64 * 1024;
constexpr std::size_t large = 4096;  // octets from which on an answer goes at once, by a call of its own

// What headers newer than Debian 12's call IOU_PBUF_RING_INC and IORING_CQE_F_BUF_MORE.
constexpr unsigned short incremental = 1U << 1;
constexpr unsigned more_of_the_buffer = 1U << 4;

struct Buffer {
    std::size_t filled = 0;
    unsigned answers = 0;  // that are still to leave from it
    bool is_full = false;
};

struct Answer {
    unsigned buffer;
    const char* octets;
    std::size_t size;
};

struct Connection {
    std::deque<Answer> answers;
    bool is_sending = false;
};

class Server {
public:
    explicit Server(int listener) : listener_{listener} {
        io_uring_params parameters{};
        parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL |
                           IORING_SETUP_CQSIZE;
        parameters.cq_entries = 16384;
        if (::io_uring_queue_init_params(4096, &ring_, &parameters) < 0) give_up("io_uring_setup");
        ::io_uring_register_ring_fd(&ring_);
        void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        entries_ = static_cast<io_uring_buf_ring*>(page);
        io_uring_buf_reg registration{};
        registration.ring_addr = reinterpret_cast<std::uintptr_t>(page);
        registration.ring_entries = buffers;
        registration.pad = incremental;
        if (::io_uring_register_buf_ring(&ring_, &registration, 0) < 0) give_up("incremental buffers");
        ::io_uring_buf_ring_init(entries_);
        for (unsigned number = 0; number < buffers; ++number) add(number);
    }

    [[noreturn]] void run() {
        for (accept();;) {
            ::io_uring_submit_and_wait(&ring_, 1);
            io_uring_cqe* completion;
            unsigned head;
            unsigned count = 0;
            io_uring_for_each_cqe(&ring_, head, completion) {
                completed(*completion);
                ++count;
            }
            ::io_uring_cq_advance(&ring_, count);
        }
    }

private:
    enum What : std::uint64_t { accepted, received, sent };

    io_uring_sqe* entry() {
        io_uring_sqe* free = ::io_uring_get_sqe(&ring_);
        if (free != nullptr) return free;
        ::io_uring_submit(&ring_);
        return ::io_uring_get_sqe(&ring_);
    }

    static std::uint64_t tag(What what, int descriptor) {
        return what | static_cast<std::uint64_t>(descriptor) << 2;
    }

    void accept() {
        io_uring_sqe* request = entry();
        ::io_uring_prep_multishot_accept(request, listener_, nullptr, nullptr, 0);
        request->user_data = tag(accepted, listener_);
    }

    void receive(int descriptor) {
        io_uring_sqe* request = entry();
        ::io_uring_prep_recv_multishot(request, descriptor, nullptr, 0, 0);
        request->flags |= IOSQE_BUFFER_SELECT;
        request->user_data = tag(received, descriptor);
    }

    void send(int descriptor, Connection& connection) {
        const Answer& answer = connection.answers.front();
        io_uring_sqe* request = entry();
        ::io_uring_prep_send(request, descriptor, answer.octets, answer.size, MSG_NOSIGNAL);
        request->user_data = tag(sent, descriptor);
        connection.is_sending = true;
    }

    void completed(const io_uring_cqe& completion) {
        const auto descriptor = static_cast<int>(completion.user_data >> 2);
        switch (completion.user_data & 3) {
            case accepted: return on_accepted(completion);
            case received: return on_received(descriptor, connection(descriptor), completion);
            default: return on_sent(descriptor, connection(descriptor), completion.res);
        }
    }

    void on_accepted(const io_uring_cqe& completion) {
        if (completion.res >= 0) receive(completion.res);
        if ((completion.flags & IORING_CQE_F_MORE) == 0) accept();
    }

    void on_received(int descriptor, Connection& connection, const io_uring_cqe& completion) {
        if ((completion.flags & IORING_CQE_F_BUFFER) != 0)
            answer(descriptor, connection, completion.flags >> IORING_CQE_BUFFER_SHIFT,
                   static_cast<std::size_t>(std::max(completion.res, 0)),
                   (completion.flags & more_of_the_buffer) == 0);
        if ((completion.flags & IORING_CQE_F_MORE) != 0) return;
        if (completion.res > 0) return receive(descriptor);
        if (completion.res == -ENOBUFS) return starved_.push_back(descriptor);
        ::close(descriptor);
    }

    void answer(int descriptor, Connection& connection, unsigned number, std::size_t size, bool is_full) {
        Buffer& buffer = state_[number];
        Answer answer{number, place_of(number) + buffer.filled, size};
        buffer.filled += size;
        buffer.is_full = is_full;
        ++buffer.answers;
        if (connection.answers.empty() && size >= large) {
            const ssize_t gone = ::send(descriptor, answer.octets, answer.size, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (gone > 0) answer.octets += gone, answer.size -= static_cast<std::size_t>(gone);
        }
        if (answer.size == 0) return let_go(number);
        connection.answers.push_back(answer);
        if (!connection.is_sending) send(descriptor, connection);
    }

    void on_sent(int descriptor, Connection& connection, int octets) {
        connection.is_sending = false;
        Answer& answer = connection.answers.front();
        const bool is_short = octets > 0 && static_cast<std::size_t>(octets) < answer.size;
        if (is_short) {
            answer.octets += octets;
            answer.size -= static_cast<std::size_t>(octets);
        } else {
            let_go(answer.buffer);
            connection.answers.pop_front();
        }
        if (!connection.answers.empty()) send(descriptor, connection);
    }

    /// A buffer is the kernel's again once it is full and all of it has left.
    void let_go(unsigned number) {
        if (--state_[number].answers > 0 || !state_[number].is_full) return;
        add(number);
        for (const int descriptor : starved_) receive(descriptor);
        starved_.clear();
    }

    void add(unsigned number) {
        state_[number] = {};
        ::io_uring_buf_ring_add(entries_, place_of(number), buffer_size, static_cast<unsigned short>(number),
                                ::io_uring_buf_ring_mask(buffers), 0);
        ::io_uring_buf_ring_advance(entries_, 1);
    }

    char* place_of(unsigned number) { return memory_.data() + std::size_t{number} * buffer_size; }

    Connection& connection(int descriptor) {
        const auto place = static_cast<std::size_t>(descriptor);
        if (connections_.size() <= place) connections_.resize(place + 1);
        return connections_[place];
    }

    int listener_;
    io_uring ring_{};
    io_uring_buf_ring* entries_ = nullptr;
    std::vector<char> memory_ = std::vector<char>(std::size_t{buffers} * buffer_size);
    std::array<Buffer, buffers> state_;
    std::vector<Connection> connections_;
    std::vector<int> starved_;  // of buffers: to receive again once there is one
};

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments{argc, argv};
    Server{listen_at(arguments.port)}.run();
}

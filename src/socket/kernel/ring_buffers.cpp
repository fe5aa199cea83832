#include "socket/kernel/ring_buffers.hpp"

#include <sys/mman.h>

#include <cassert>
#include <new>

namespace sockeye::kernel {
namespace {

// Newer than Debian 12's liburing. Where the kernel does not know the flag it refuses it.
constexpr unsigned incremental_flag = 1U << 1;    // IOU_PBUF_RING_INC, Linux 6.12
constexpr unsigned more_of_the_buffer = 1U << 4;  // IORING_CQE_F_BUF_MORE

constexpr std::size_t entries_size = 4096;  // octets: a page, which holds 256 entries
static_assert(entries_size / sizeof(io_uring_buf) >= 256);

}  // namespace

void RingBuffers::Unmap::operator()(io_uring_buf_ring* entries) const {
    ::munmap(entries, entries_size);
}

RingBuffers::RingBuffers(io_uring& ring) {
    void* page = ::mmap(nullptr, entries_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw std::bad_alloc{};
    entries_.reset(static_cast<io_uring_buf_ring*>(page));
    usable_ = use(ring, incremental_flag, 8, 64 * 1024) || use(ring, 0, 256, 2 * 1024);
}

bool RingBuffers::use(io_uring& ring, unsigned flags, unsigned short count, unsigned size) {
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(entries_.get());
    registration.ring_entries = count;
    registration.bgid = group;
    registration.pad = static_cast<__u16>(flags);  // what newer headers call `flags`
    if (::io_uring_register_buf_ring(&ring, &registration, 0) < 0) return false;
    incremental_ = flags != 0;
    size_ = size;
    memory_ = std::make_unique_for_overwrite<std::byte[]>(std::size_t{count} * size);
    used_.assign(count, 0);
    ::io_uring_buf_ring_init(entries_.get());
    for (unsigned short number = 0; number < count; ++number) add(number);
    return true;
}

void RingBuffers::add(unsigned short number) {
    used_[number] = 0;
    ::io_uring_buf_ring_add(entries_.get(), memory_.get() + std::size_t{number} * size_, size_, number,
                            ::io_uring_buf_ring_mask(static_cast<unsigned>(used_.size())), 0);
    ::io_uring_buf_ring_advance(entries_.get(), 1);
}

unsigned short RingBuffers::number_of(const io_uring_cqe& completion) {
    return static_cast<unsigned short>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
}

std::span<const std::byte> RingBuffers::of(const io_uring_cqe& completion) const {
    const unsigned short number = number_of(completion);
    const auto octets = static_cast<std::size_t>(completion.res);
    assert(number < used_.size() && used_[number] + octets <= size_);
    return {memory_.get() + std::size_t{number} * size_ + used_[number], octets};
}

void RingBuffers::give_back(const io_uring_cqe& completion) {
    const unsigned short number = number_of(completion);
    if (completion.res > 0) used_[number] += static_cast<std::size_t>(completion.res);
    if (!incremental_ || (completion.flags & more_of_the_buffer) == 0) add(number);
}

}  // namespace sockeye::kernel

#include "socket/kernel/ring_buffers.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

namespace sockeye::kernel {
namespace {

// Newer than Debian 12's liburing. Where the kernel does not know the flag it refuses it.
constexpr unsigned incremental_flag = 1U << 1;    // IOU_PBUF_RING_INC, Linux 6.12
constexpr unsigned more_of_the_buffer = 1U << 4;  // IORING_CQE_F_BUF_MORE

constexpr std::size_t entries_size = 4096;  // octets: a page, which holds 256 entries
constexpr unsigned blocks = 8;
constexpr unsigned small_buffers_a_block = 32;
static_assert(entries_size / sizeof(io_uring_buf) >= blocks * small_buffers_a_block);

/// Octets from which on a piece is not copied. To copy less costs little, and whoever keeps a piece keeps its
/// block.
constexpr std::size_t large = 4 * 1024;

/// Blocks of which programs may keep pieces beside those that the kernel has: 4 MiB. Beyond it all is copied.
constexpr std::size_t most_spare = 64;

bool is_whole(const SharedBlock::Owner& block) {
    return block->is_whole();
}

}  // namespace

void RingBuffers::Unmap::operator()(io_uring_buf_ring* entries) const {
    ::munmap(entries, entries_size);
}

RingBuffers::RingBuffers(io_uring& ring) {
    void* page = ::mmap(nullptr, entries_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw std::bad_alloc{};
    entries_.reset(static_cast<io_uring_buf_ring*>(page));
    usable_ = use(ring, incremental_flag, 1) || use(ring, 0, small_buffers_a_block);
}

bool RingBuffers::use(io_uring& ring, unsigned flags, unsigned buffers_a_block) {
    const unsigned count = blocks * buffers_a_block;
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(entries_.get());
    registration.ring_entries = count;
    registration.bgid = group;
    registration.pad = static_cast<__u16>(flags);  // what newer headers call `flags`
    if (::io_uring_register_buf_ring(&ring, &registration, 0) < 0) return false;
    incremental_ = flags != 0;
    buffers_a_block_ = buffers_a_block;
    size_ = SharedBlock::size / buffers_a_block;
    used_.assign(count, 0);
    std::generate_n(std::back_inserter(blocks_), blocks, SharedBlock::make);
    ::io_uring_buf_ring_init(entries_.get());
    for (unsigned number = 0; number < count; ++number) add(number);
    return true;
}

std::byte* RingBuffers::place_of(unsigned number) {
    return blocks_[number / buffers_a_block_]->data() + std::size_t{number % buffers_a_block_} * size_;
}

void RingBuffers::add(unsigned number) {
    used_[number] = 0;
    ::io_uring_buf_ring_add(entries_.get(), place_of(number), size_, static_cast<unsigned short>(number),
                            ::io_uring_buf_ring_mask(static_cast<unsigned>(used_.size())), 0);
    ::io_uring_buf_ring_advance(entries_.get(), 1);
}

Bytes RingBuffers::take(const io_uring_cqe& completion) {
    const unsigned number = completion.flags >> IORING_CQE_BUFFER_SHIFT;
    const auto octets = static_cast<std::size_t>(std::max(completion.res, 0));
    assert(number < used_.size() && used_[number] + octets <= size_);
    SharedBlock::Owner& block = blocks_[number / buffers_a_block_];
    const std::span received{place_of(number) + std::exchange(used_[number], used_[number] + octets), octets};
    Bytes bytes = may_hand_on(octets) ? block->piece(received) : Bytes{BytesView{received}.text()};
    if (incremental_ && (completion.flags & more_of_the_buffer) != 0) return bytes;
    if (!block->is_whole()) renew(block);
    add(number);
    return bytes;
}

bool RingBuffers::may_hand_on(std::size_t octets) const {
    return incremental_ && octets >= large &&
           (spare_.size() < most_spare || std::ranges::any_of(spare_, is_whole));
}

/// The last to become spare are the likeliest to be in the cache still.
void RingBuffers::renew(SharedBlock::Owner& block) {
    const auto whole = std::ranges::find_if(spare_.rbegin(), spare_.rend(), is_whole);
    if (whole != spare_.rend())
        std::swap(block, *whole);
    else
        spare_.push_back(std::exchange(block, SharedBlock::make()));
}

}  // namespace sockeye::kernel

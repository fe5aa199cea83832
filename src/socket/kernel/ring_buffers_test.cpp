// What completions bring, as the kernel would say it: without one, so that each is as the test wants it.
#include "socket/kernel/ring_buffers.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <vector>

namespace sockeye::kernel {
namespace {

constexpr unsigned more_of_the_buffer = 1U << 4;  // IORING_CQE_F_BUF_MORE
constexpr std::size_t piece = 8 * 1024;           // large enough to be handed on
constexpr std::size_t pieces_a_buffer = SharedBlock::size / piece;

class KernelRingBuffers : public ::testing::Test {
protected:
    struct Ring : io_uring {
        Ring() : io_uring{}, result{::io_uring_queue_init(8, this, 0)} {}
        ~Ring() {
            if (result == 0) ::io_uring_queue_exit(this);
        }
        Ring(const Ring&) = delete;
        Ring& operator=(const Ring&) = delete;
        int result;
    };

    void SetUp() override {
        if (ring_.result != 0) GTEST_SKIP() << "io_uring is refused: " << std::strerror(-ring_.result);
        buffers_.emplace(ring_);
        if (!buffers_->usable() || buffers_->much() < piece)
            GTEST_SKIP() << "buffers are not filled bit by bit";
    }

    Bytes take(unsigned number, std::size_t octets, bool is_last = false) {
        io_uring_cqe completion{};
        completion.res = static_cast<int>(octets);
        completion.flags = number << IORING_CQE_BUFFER_SHIFT | (is_last ? 0 : more_of_the_buffer);
        return buffers_->take(completion);
    }

    /// The pieces of one buffer, from when it is empty until it is full.
    std::vector<Bytes> take_all(unsigned number) {
        std::vector<Bytes> pieces;
        for (std::size_t i = 1; i <= pieces_a_buffer; ++i)
            pieces.push_back(take(number, piece, i == pieces_a_buffer));
        return pieces;
    }

    Ring ring_;
    std::optional<RingBuffers> buffers_;
};

/// Whether they were handed on where they are: not copied.
bool is_piece(Bytes& bytes) {
    return !SharedBlock::part(bytes, 0, 1).empty();
}

TEST_F(KernelRingBuffers, HandOnWhatIsLargeWhereItIsAndCopyTheRest) {
    Bytes first = take(0, piece);
    Bytes second = take(0, piece);
    Bytes small = take(0, 100);
    const Bytes third = take(0, piece);
    EXPECT_TRUE(is_piece(first));
    EXPECT_FALSE(is_piece(small));
    EXPECT_EQ(first.data() + piece, second.data());
    EXPECT_EQ(second.data() + piece + 100, third.data());
}

TEST_F(KernelRingBuffers, ReplaceABufferOfWhichAPieceIsKeptAndUseItAgainLater) {
    std::vector<Bytes> kept = take_all(3);
    const std::byte* const first = kept.front().data();
    std::vector<Bytes> next = take_all(3);
    EXPECT_NE(next.front().data(), first);

    kept.clear();
    static_cast<void>(take_all(3));  // of whose buffer pieces are kept until it is full
    EXPECT_EQ(take_all(3).front().data(), first) << "in its place";
}

TEST_F(KernelRingBuffers, UseABufferAgainOfWhichNoPieceIsKept) {
    const std::byte* const first = take(3, piece).data();
    static_cast<void>(take(3, 100, true));  // a copy
    EXPECT_EQ(take(3, piece).data(), first);
}

TEST_F(KernelRingBuffers, CopyAllOnceProgramsKeepPiecesOfFourMiB) {
    std::vector<std::vector<Bytes>> kept;
    do kept.push_back(take_all(0));
    while (is_piece(kept.back().front()) && kept.size() < 1000);
    EXPECT_EQ(kept.size(), 64 + 1);

    kept.front().clear();
    EXPECT_TRUE(is_piece(take_all(0).front())) << "one is whole again";
}

}  // namespace
}  // namespace sockeye::kernel

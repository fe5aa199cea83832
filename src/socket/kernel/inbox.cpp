#include "socket/kernel/inbox.hpp"

#include <algorithm>
#include <utility>

#include "base/shared_block.hpp"

namespace sockeye::kernel {

void Inbox::add(Bytes bytes) {
    if (empty()) unread_ = std::make_unique<Unread>();
    unread_->octets += bytes.size();
    unread_->pieces.push_back(std::move(bytes));
}

std::size_t Inbox::peek(std::span<std::byte> buffer) const {
    if (empty()) return 0;
    std::size_t filled = 0;
    std::size_t skipped = unread_->taken;
    for (const Bytes& piece : unread_->pieces) {
        const std::size_t octets = std::min(piece.size() - skipped, buffer.size() - filled);
        std::copy_n(piece.data() + skipped, octets,
                    buffer.data() + filled);  // a memmove, which ranges::copy is not
        filled += octets;
        skipped = 0;
    }
    return filled;
}

std::size_t Inbox::take(std::span<std::byte> buffer) {
    const std::size_t filled = peek(buffer);
    if (filled > 0) drop(filled);
    return filled;
}

void Inbox::drop(std::size_t octets) {
    auto& [pieces, taken, left] = *unread_;
    left -= octets;
    if (left == 0) return unread_.reset();
    for (taken += octets; taken >= pieces.front().size(); pieces.pop_front()) taken -= pieces.front().size();
}

Bytes Inbox::take(std::size_t most) {
    if (empty()) return {};
    auto& [pieces, taken, left] = *unread_;
    if (pieces.size() == 1 && taken == 0 && left <= most) {
        Bytes all = std::move(pieces.front());
        unread_.reset();
        return all;
    }
    const std::size_t octets = std::min(most, left);
    if (Bytes& first = pieces.front(); octets <= first.size() - taken) {
        if (Bytes part = SharedBlock::part(first, taken, octets); !part.empty()) {
            drop(octets);
            return part;
        }
    }
    Bytes bytes{octets};
    take({bytes.data(), bytes.size()});
    return bytes;
}

}  // namespace sockeye::kernel

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
    if (Bytes& first = pieces.front(); first.size() - taken >= most) {
        if (Bytes part = SharedBlock::part(first, taken, most); !part.empty()) {
            drop(most);
            return part;
        }
    }
    Bytes bytes{std::min(most, left)};
    take({bytes.data(), bytes.size()});
    return bytes;
}

}  // namespace sockeye::kernel

// What the next acknowledgment tells of octets beyond the first gap (RFC 2018 §4) and of those that came
// twice (RFC 2883).
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "wire/tcp_options.hpp"

namespace sockeye::transport::tcp {

class SackReport {
public:
    /// A segment arrived ahead of its time, and `block` is all that is now here around it. It is
    /// reported first, and what was reported most recently after it.
    void arrived(const wire::SackBlock& block) {
        wire::SackBlocks blocks{block};
        for (const wire::SackBlock& older : recent_) {
            const bool swallowed = block.left <= older.left && older.right <= block.right;
            if (!swallowed && blocks.size() < wire::SackBlocks::maximum) blocks.push_back(older);
        }
        recent_ = blocks;
    }

    /// Everything before `next` is acknowledged.
    void advance(Sequence next) {
        if (recent_.empty()) return;
        wire::SackBlocks blocks;
        for (const wire::SackBlock& block : recent_)
            if (block.left > next) blocks.push_back(block);
        recent_ = blocks;
    }

    /// `block` came once more; told once, in front of all else (RFC 2883 §4).
    void duplicate(const wire::SackBlock& block) {
        if (!duplicate_) duplicate_ = block;
    }

    /// The blocks of an acknowledgment that leaves now.
    wire::SackBlocks take() {
        const auto twice = std::exchange(duplicate_, std::nullopt);
        if (!twice) return recent_;
        wire::SackBlocks blocks{*twice};
        for (const wire::SackBlock& block : recent_)
            if (blocks.size() < wire::SackBlocks::maximum) blocks.push_back(block);
        return blocks;
    }

    bool empty() const { return recent_.empty() && !duplicate_; }
    /// How many take() would return.
    std::size_t size() const {
        return std::min(recent_.size() + (duplicate_ ? 1 : 0), wire::SackBlocks::maximum);
    }

private:
    wire::SackBlocks recent_;  // the newest first
    std::optional<wire::SackBlock> duplicate_;
};

}  // namespace sockeye::transport::tcp

// Finds a connection by its two ends in O(1), however many there are: demultiplexing.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "transport/flow.hpp"

namespace sockeye::transport {

/// An open hash of pointers with linear probing. It cannot be iterated: the order in it depends on
/// the key, and nothing may depend on that.
/// @tparam T  has a member `const Flow& flow() const`, which does not change while it is in a table
template <class T>
class FlowTable {
public:
    explicit FlowTable(const HashKey& key) : key_{key}, slots_(smallest) {}

    /// nullptr: none.
    T* find(const Flow& flow) const {
        if (latest_ != nullptr && latest_->flow() == flow) return latest_;
        T* const found = slots_[place_of(flow, keyed_hash(key_, flow))].value;
        if (found != nullptr) latest_ = found;
        return found;
    }

    /// @pre find(value.flow()) == nullptr
    void insert(T& value) {
        if (4 * (size_ + 1) > 3 * slots_.size()) grow();
        const std::uint64_t hash = keyed_hash(key_, value.flow());
        Slot& slot = slots_[place_of(value.flow(), hash)];
        assert(slot.value == nullptr);
        slot = {.hash = hash, .value = &value};
        ++size_;
    }

    /// Does nothing where another, or none, has this flow.
    void erase(const T& value) {
        std::size_t hole = place_of(value.flow(), keyed_hash(key_, value.flow()));
        if (slots_[hole].value != &value) return;
        if (latest_ == &value) latest_ = nullptr;
        --size_;
        // Those behind the hole that were pushed past it move up, so that a search never stops early.
        for (std::size_t i = next(hole); slots_[i].value != nullptr; i = next(i)) {
            const std::size_t home = slots_[i].hash & mask();
            if (((i - home) & mask()) < ((i - hole) & mask())) continue;
            slots_[hole] = slots_[i];
            hole = i;
        }
        slots_[hole] = {};
    }

private:
    struct Slot {
        std::uint64_t hash = 0;
        T* value = nullptr;
    };
    static constexpr std::size_t smallest = 16;  // a power of two, as are all sizes

    std::size_t mask() const { return slots_.size() - 1; }
    std::size_t next(std::size_t i) const { return (i + 1) & mask(); }

    /// Where `flow` stands, or the free slot where it would.
    std::size_t place_of(const Flow& flow, std::uint64_t hash) const {
        std::size_t i = hash & mask();
        while (slots_[i].value != nullptr && (slots_[i].hash != hash || slots_[i].value->flow() != flow))
            i = next(i);
        return i;
    }

    void grow() {
        const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
        for (const Slot& slot : old) {
            if (slot.value == nullptr) continue;
            std::size_t i = slot.hash & mask();
            while (slots_[i].value != nullptr) i = next(i);
            slots_[i] = slot;
        }
    }

    HashKey key_;
    std::vector<Slot> slots_;  // at most three quarters full
    std::size_t size_ = 0;
    mutable T* latest_ = nullptr;  // segments come in trains of one flow
};

}  // namespace sockeye::transport

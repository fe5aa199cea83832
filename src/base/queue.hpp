// A queue that takes no memory before something stands in it: there are many, and nearly all are empty.
#pragma once

#include <algorithm>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/block_pool.hpp"

namespace sockeye {

/// A ring in a block of the pool. When it runs empty it keeps no more than the pool's smallest block:
/// so a burst is forgotten, and what comes one by one takes nothing from the pool each time.
/// References and iterators last until the next push_back().
template <class T>
class Queue {
    template <class Owner, class Value>
    class Iterator;

public:
    using value_type = T;
    using iterator = Iterator<Queue, T>;
    using const_iterator = Iterator<const Queue, const T>;

    Queue() = default;
    Queue(Queue&& other) noexcept { swap(other); }
    Queue& operator=(Queue other) noexcept {
        swap(other);
        return *this;
    }
    Queue(const Queue& other) {
        for (const T& value : other) push_back(value);
    }
    ~Queue() {
        clear();
        give_back();
    }

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

    T& operator[](std::size_t index) { return slots_[(first_ + index) & (capacity_ - 1)]; }
    const T& operator[](std::size_t index) const { return slots_[(first_ + index) & (capacity_ - 1)]; }
    T& front() { return slots_[first_]; }
    const T& front() const { return slots_[first_]; }
    T& back() { return (*this)[size_ - 1]; }
    const T& back() const { return (*this)[size_ - 1]; }

    void push_back(T value) {
        if (size_ == capacity_) grow();
        std::construct_at(&slots_[(first_ + size_) & (capacity_ - 1)], std::move(value));
        ++size_;
    }
    /// @pre !empty()
    void pop_front() {
        std::destroy_at(&slots_[first_]);
        first_ = (first_ + 1) & (capacity_ - 1);
        if (--size_ == 0 && capacity_ > kept) give_back();
    }
    /// Takes out all that are equal to it. @returns how many there were
    std::size_t erase(const T& value) {
        const std::size_t before = size_;
        for (std::size_t i = 0; i < before; ++i) {
            T next = std::move(front());
            pop_front();
            if (!(next == value)) push_back(std::move(next));
        }
        return before - size_;
    }
    void clear() {
        while (!empty()) pop_front();
    }

    iterator begin() { return {*this, 0}; }
    iterator end() { return {*this, size_}; }
    const_iterator begin() const { return {*this, 0}; }
    const_iterator end() const { return {*this, size_}; }

private:
    static constexpr std::size_t smallest_block = 64;
    static constexpr std::size_t kept = std::max(std::size_t{1}, std::bit_floor(smallest_block / sizeof(T)));

    template <class Owner, class Value>
    class Iterator {
    public:
        using difference_type = std::ptrdiff_t;
        using value_type = std::remove_const_t<Value>;
        using pointer = Value*;
        using reference = Value&;
        using iterator_category = std::random_access_iterator_tag;

        Iterator() = default;
        Iterator(Owner& owner, std::size_t index) : owner_{&owner}, index_{index} {}

        Value& operator*() const { return (*owner_)[index_]; }
        Value* operator->() const { return &**this; }
        Value& operator[](std::ptrdiff_t by) const { return *(*this + by); }
        Iterator& operator+=(std::ptrdiff_t by) {
            index_ += static_cast<std::size_t>(by);
            return *this;
        }
        Iterator& operator-=(std::ptrdiff_t by) { return *this += -by; }
        Iterator& operator++() { return *this += 1; }
        Iterator& operator--() { return *this += -1; }
        Iterator operator++(int) { return std::exchange(*this, *this + 1); }
        Iterator operator--(int) { return std::exchange(*this, *this - 1); }
        friend Iterator operator+(Iterator it, std::ptrdiff_t by) { return it += by; }
        friend Iterator operator+(std::ptrdiff_t by, Iterator it) { return it += by; }
        friend Iterator operator-(Iterator it, std::ptrdiff_t by) { return it -= by; }
        friend std::ptrdiff_t operator-(const Iterator& a, const Iterator& b) {
            return static_cast<std::ptrdiff_t>(a.index_) - static_cast<std::ptrdiff_t>(b.index_);
        }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }
        friend auto operator<=>(const Iterator& a, const Iterator& b) { return a.index_ <=> b.index_; }

    private:
        Owner* owner_ = nullptr;
        std::size_t index_ = 0;
    };

    void swap(Queue& other) noexcept {
        std::swap(slots_, other.slots_);
        std::swap(first_, other.first_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

    void grow() {
        const std::size_t wider = capacity_ == 0 ? kept : 2 * std::size_t{capacity_};
        T* const slots = reinterpret_cast<T*>(take_block(wider * sizeof(T)));
        for (std::size_t i = 0; i < size_; ++i) {
            std::construct_at(&slots[i], std::move((*this)[i]));
            std::destroy_at(&(*this)[i]);
        }
        const std::size_t size = size_;
        give_back();
        slots_ = slots;
        size_ = static_cast<std::uint32_t>(size);
        capacity_ = static_cast<std::uint32_t>(wider);
    }
    void give_back() noexcept {
        if (slots_ != nullptr)
            give_back_block(reinterpret_cast<std::byte*>(slots_), std::size_t{capacity_} * sizeof(T));
        slots_ = nullptr;
        first_ = size_ = capacity_ = 0;
    }

    T* slots_ = nullptr;
    std::uint32_t first_ = 0;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0;  // 0, or a power of two
};

}  // namespace sockeye

// A vector whose elements stay where they are when others come: few, and each large.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace sockeye {

/// Grows only. A std::deque would do the same, with 576 octets before its first element.
template <class T>
class StableVector {
    template <class Place, class Value>
    class Iterator {
    public:
        using difference_type = std::ptrdiff_t;
        using value_type = T;
        using pointer = Value*;
        using reference = Value&;
        using iterator_category = std::forward_iterator_tag;

        Iterator() = default;
        explicit Iterator(Place place) : place_{place} {}
        Value& operator*() const { return **place_; }
        Value* operator->() const { return place_->get(); }
        Iterator& operator++() {
            ++place_;
            return *this;
        }
        Iterator operator++(int) { return Iterator{place_++}; }
        friend bool operator==(const Iterator&, const Iterator&) = default;

    private:
        Place place_{};
    };
    using Places = std::vector<std::unique_ptr<T>>;

public:
    using iterator = Iterator<typename Places::iterator, T>;
    using const_iterator = Iterator<typename Places::const_iterator, const T>;

    template <class... Arguments>
    T& emplace_back(Arguments&&... arguments) {
        return *places_.emplace_back(std::make_unique<T>(std::forward<Arguments>(arguments)...));
    }

    bool empty() const { return places_.empty(); }
    std::size_t size() const { return places_.size(); }
    T& operator[](std::size_t index) { return *places_[index]; }
    const T& operator[](std::size_t index) const { return *places_[index]; }
    T& front() { return *places_.front(); }
    const T& front() const { return *places_.front(); }
    T& back() { return *places_.back(); }

    iterator begin() { return iterator{places_.begin()}; }
    iterator end() { return iterator{places_.end()}; }
    const_iterator begin() const { return const_iterator{places_.begin()}; }
    const_iterator end() const { return const_iterator{places_.end()}; }

private:
    Places places_;
};

}  // namespace sockeye

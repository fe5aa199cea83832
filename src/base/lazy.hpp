// A value that hardly ever differs from the default, and then has memory of its own.
#pragma once

#include <memory>

namespace sockeye {

/// Where there are many of them, what few need should cost a pointer.
template <class T>
class Lazy {
public:
    const T& operator*() const { return value_ ? *value_ : none; }
    const T* operator->() const { return &**this; }

    /// To be changed; takes memory, until reset().
    T& change() {
        if (!value_) value_ = std::make_unique<T>();
        return *value_;
    }
    void reset() { value_.reset(); }
    /// Whether it may differ from the default.
    bool is_changed() const { return value_ != nullptr; }

private:
    static const T none;
    std::unique_ptr<T> value_;
};

template <class T>
constinit const T Lazy<T>::none{};

}  // namespace sockeye

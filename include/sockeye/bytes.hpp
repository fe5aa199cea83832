// Bytes that were received (owned) and bytes to be sent (viewed).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sockeye {

/// Owned, contiguous, mutable octets. Move-only: received data is handed on, not copied.
class Bytes {
public:
    Bytes() noexcept = default;
    /// `octets` of storage, not initialised.
    explicit Bytes(std::size_t octets);
    /// A copy of `text`.
    explicit Bytes(std::string_view text);

    Bytes(Bytes&& other) noexcept : data_{std::move(other.data_)}, size_{std::exchange(other.size_, 0)} {}
    Bytes& operator=(Bytes&& other) noexcept {
        data_ = std::move(other.data_);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }
    ~Bytes() = default;

    std::byte* data() { return data_.get(); }
    const std::byte* data() const { return data_.get(); }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::byte* begin() { return data(); }
    std::byte* end() { return data() + size_; }
    const std::byte* begin() const { return data(); }
    const std::byte* end() const { return data() + size_; }
    std::byte& operator[](std::size_t i) { return data_[i]; }
    std::byte operator[](std::size_t i) const { return data_[i]; }

    /// The octets as characters; valid while the Bytes is.
    std::string_view text() const { return {reinterpret_cast<const char*>(data()), size_}; }

    /// Keeps the first `octets`. @pre octets <= size()
    void truncate(std::size_t octets) { size_ = octets; }

private:
    std::unique_ptr<std::byte[]> data_;
    std::size_t size_ = 0;
};

/// Octets that somebody else owns, in any of the shapes people have them in.
/// Valid while its source is: what is sent must live until the send is done.
class BytesView {
public:
    constexpr BytesView() = default;
    constexpr BytesView(std::span<const std::byte> bytes) : data_{bytes.data()}, size_{bytes.size()} {}
    BytesView(std::span<std::byte> bytes) : data_{bytes.data()}, size_{bytes.size()} {}
    BytesView(const Bytes& bytes) : data_{bytes.data()}, size_{bytes.size()} {}
    BytesView(std::string_view text)
        : data_{reinterpret_cast<const std::byte*>(text.data())}, size_{text.size()} {}
    BytesView(const std::string& text) : BytesView{std::string_view{text}} {}
    BytesView(const char* text) : BytesView{std::string_view{text}} {}

    const std::byte* data() const { return data_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::span<const std::byte> span() const { return {data_, size_}; }
    std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

private:
    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace sockeye

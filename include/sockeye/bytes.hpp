// Bytes that were received (owned) and bytes to be sent (viewed).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sockeye {

/// Owned, contiguous, mutable octets. Move-only: received data is handed on, not copied.
/// The block may belong to a network (a ring's buffer, a socket's queue), which then gets it
/// back when the Bytes is destroyed; it must not outlive that network.
class Bytes {
public:
    /// Takes back a block that was lent. Called once, on the thread that destroys the Bytes.
    using Release = void (*)(void* owner, std::byte* block) noexcept;

    Bytes() noexcept = default;
    /// `octets` of storage, not initialised.
    explicit Bytes(std::size_t octets);
    /// A copy of `text`.
    explicit Bytes(std::string_view text);
    /// The first `octets` of a block that `release(owner, block)` takes back.
    Bytes(std::byte* block, std::size_t octets, Release release, void* owner) noexcept
        : data_{block}, size_{octets}, release_{release}, owner_{owner} {}

    Bytes(Bytes&& other) noexcept { swap(other); }
    Bytes& operator=(Bytes&& other) noexcept {
        Bytes{std::move(other)}.swap(*this);
        return *this;
    }
    ~Bytes() {
        if (release_ != nullptr) release_(owner_, data_);
    }

    std::byte* data() { return data_; }
    const std::byte* data() const { return data_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::byte* begin() { return data_; }
    std::byte* end() { return data_ + size_; }
    const std::byte* begin() const { return data_; }
    const std::byte* end() const { return data_ + size_; }
    std::byte& operator[](std::size_t i) { return data_[i]; }
    std::byte operator[](std::size_t i) const { return data_[i]; }

    /// The octets as characters; valid while the Bytes is.
    std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

    /// Keeps the first `octets`. @pre octets <= size()
    void truncate(std::size_t octets) { size_ = octets; }

    void swap(Bytes& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(release_, other.release_);
        std::swap(owner_, other.owner_);
    }

private:
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
    Release release_ = nullptr;
    void* owner_ = nullptr;
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

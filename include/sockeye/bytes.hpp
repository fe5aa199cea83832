// Bytes that were received (owned) and bytes to be sent (viewed).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sockeye {

/// Owned, contiguous, mutable octets. Move-only: received data is handed on, not copied.
/// They have a block of their own, or a piece of one that the loop received into, which lives as long as any
/// of its pieces: both belong to no network and no thread.
class Bytes {
public:
    Bytes() noexcept = default;
    /// `octets` of storage, not initialised.
    explicit Bytes(std::size_t octets);
    /// A copy of `text`.
    explicit Bytes(std::string_view text);

    Bytes(Bytes&& other) noexcept
        : data_{std::exchange(other.data_, nullptr)}, marked_size_{std::exchange(other.marked_size_, 0)} {}
    Bytes& operator=(Bytes&& other) noexcept {
        const Bytes old{std::exchange(data_, std::exchange(other.data_, nullptr)),
                        std::exchange(marked_size_, std::exchange(other.marked_size_, 0))};
        return *this;
    }
    ~Bytes() {
        if (data_ != nullptr) release();
    }

    std::byte* data() { return data_; }
    const std::byte* data() const { return data_; }
    std::size_t size() const { return marked_size_ & ~piece_mark; }
    bool empty() const { return size() == 0; }
    std::byte* begin() { return data(); }
    std::byte* end() { return data() + size(); }
    const std::byte* begin() const { return data(); }
    const std::byte* end() const { return data() + size(); }
    std::byte& operator[](std::size_t i) { return data()[i]; }
    std::byte operator[](std::size_t i) const { return data()[i]; }

    /// The octets as characters; valid while the Bytes is.
    std::string_view text() const { return {reinterpret_cast<const char*>(data()), size()}; }

    /// Keeps the first `octets`. @pre octets <= size()
    void truncate(std::size_t octets) { marked_size_ = (marked_size_ & piece_mark) | octets; }

private:
    friend class SharedBlock;

    static constexpr std::size_t piece_mark = ~(~std::size_t{0} >> 1);

    Bytes(std::byte* data, std::size_t marked_size) noexcept : data_{data}, marked_size_{marked_size} {}
    void release() const noexcept;

    std::byte* data_ = nullptr;
    std::size_t marked_size_ = 0;  ///< with piece_mark where it is a SharedBlock's piece
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

// A queue of things that carry their own link: no allocation, leaves in O(1), stands in it once.
#pragma once

#include <cassert>

namespace sockeye::transport {

/// Does not own what stands in it; a thing leaves by itself when it is destroyed.
template <class T>
class Fifo {
public:
    /// A thing's place in one queue.
    class Link {
    public:
        Link() = default;
        Link(const Link&) = delete;
        Link& operator=(const Link&) = delete;
        ~Link() { leave(); }

        bool is_queued() const { return next_ != nullptr; }
        void leave() {
            if (next_ == nullptr) return;
            previous_->next_ = next_;
            next_->previous_ = previous_;
            next_ = previous_ = nullptr;
        }

    private:
        friend class Fifo;
        Link* next_ = nullptr;
        Link* previous_ = nullptr;
        T* thing_ = nullptr;
    };

    Fifo() { head_.next_ = head_.previous_ = &head_; }
    Fifo(const Fifo&) = delete;
    Fifo& operator=(const Fifo&) = delete;
    ~Fifo() {
        while (pop() != nullptr) {
        }
    }

    /// To the end, unless it stands in the queue already.
    void push(T& thing, Link& link) {
        if (link.is_queued()) return;
        link.thing_ = &thing;
        link.next_ = &head_;
        link.previous_ = head_.previous_;
        head_.previous_->next_ = &link;
        head_.previous_ = &link;
    }

    T* front() const { return empty() ? nullptr : head_.next_->thing_; }

    /// nullptr: empty.
    T* pop() {
        if (empty()) return nullptr;
        Link* first = head_.next_;
        first->leave();
        return first->thing_;
    }

    bool empty() const { return head_.next_ == &head_; }

private:
    Link head_;
};

}  // namespace sockeye::transport

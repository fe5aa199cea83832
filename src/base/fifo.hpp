// A queue of things that carry their own link: no allocation, leaves in O(1), stands in it once.
#pragma once

namespace sockeye {

/// Does not own what stands in it; a thing leaves by itself when it is destroyed. While it is
/// walked through, the thing at hand may leave, and others may come; others may not leave.
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

    /// To the end, unless it stands in a queue already.
    void push(T& thing, Link& link) {
        if (link.is_queued()) return;
        link.thing_ = &thing;
        link.next_ = &head_;
        link.previous_ = head_.previous_;
        head_.previous_->next_ = &link;
        head_.previous_ = &link;
    }

    bool empty() const { return head_.next_ == &head_; }
    /// nullptr: empty.
    T* front() const { return head_.next_->thing_; }
    T* back() const { return head_.previous_->thing_; }
    T* pop() {
        T* first = front();
        if (first != nullptr) head_.next_->leave();
        return first;
    }

    /// First to last.
    template <class Visit>
    void each(Visit visit) const {
        for (Link* link = head_.next_; link != &head_;) {
            Link* following = link->next_;
            visit(*link->thing_);
            link = following;
        }
    }

private:
    Link head_;
};

}  // namespace sockeye

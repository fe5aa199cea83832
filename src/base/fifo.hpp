// A queue of things that carry their own link: no allocation, leaves in O(1), stands in it once.
#pragma once

namespace sockeye {

/// Does not own what stands in it; a thing leaves by itself when it is destroyed. While it is
/// walked through, the thing at hand may leave, and others may come; others may not leave.
/// @tparam T  derives from Fifo<T, Tag>::Link
/// @tparam Tag  tells the queues apart in which a thing can stand at the same time
template <class T, class Tag = T>
class Fifo {
public:
    /// A thing's place in one queue.
    class Link {
    public:
        Link() = default;
        Link(const Link&) = delete;
        Link& operator=(const Link&) = delete;

    protected:
        ~Link() { leave(); }

    private:
        friend class Fifo;
        void leave() {
            if (next_ == nullptr) return;
            previous_->next_ = next_;
            next_->previous_ = previous_;
            next_ = previous_ = nullptr;
        }

        Link* next_ = nullptr;
        Link* previous_ = nullptr;
    };

    Fifo() { head_.next_ = head_.previous_ = &head_; }
    Fifo(const Fifo&) = delete;
    Fifo& operator=(const Fifo&) = delete;
    ~Fifo() {
        while (pop() != nullptr) {
        }
    }

    /// Whether it stands in a queue of this kind.
    static bool is_queued(const T& thing) { return static_cast<const Link&>(thing).next_ != nullptr; }
    /// Does nothing where it stands in none.
    static void leave(T& thing) { static_cast<Link&>(thing).leave(); }

    /// To the end, unless it stands in a queue of this kind already.
    void push(T& thing) {
        Link& link = thing;
        if (link.next_ != nullptr) return;
        link.next_ = &head_;
        link.previous_ = head_.previous_;
        head_.previous_->next_ = &link;
        head_.previous_ = &link;
    }

    bool empty() const { return head_.next_ == &head_; }
    /// nullptr: empty.
    T* front() const { return thing_at(head_.next_); }
    T* back() const { return thing_at(head_.previous_); }
    T* pop() {
        T* first = front();
        if (first != nullptr) leave(*first);
        return first;
    }

    /// First to last.
    template <class Visit>
    void each(Visit visit) const {
        for (Link* link = head_.next_; link != &head_;) {
            Link* following = link->next_;
            visit(static_cast<T&>(*link));
            link = following;
        }
    }

private:
    struct Head : Link {};

    T* thing_at(Link* link) const { return link == &head_ ? nullptr : static_cast<T*>(link); }

    Head head_;
};

}  // namespace sockeye

#include "lab/card_capture.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::lab {

using Direction = wire::PcapngWriter::Direction;

CardCapture::CardCapture(World& world, std::vector<Plug> cards, Limits limits)
    : world_{world}, cards_{std::move(cards)}, limits_{limits} {
    world.add_watcher(*this);
}

std::optional<CardCapture::Frame> CardCapture::take() {
    if (waiting_.empty() || waiting_.front().at > world_.now()) return std::nullopt;
    Frame frame = std::move(waiting_.front());
    waiting_.pop_front();
    octets_ -= frame.packet.size();
    return frame;
}

void CardCapture::frame_leaves(const Record& record, Instant) {
    if (const auto card = card_at({record.cable, record.from}))
        add({.at = record.departs,
             .card = *card,
             .direction = Direction::outbound,
             .fate = record.fate,
             .packet = record.frame});
}

void CardCapture::frame_arrives(const Plug& at, const Packet& frame, Instant now) {
    if (const auto card = card_at(at))
        add({.at = now, .card = *card, .direction = Direction::inbound, .packet = frame});
}

std::optional<std::size_t> CardCapture::card_at(const Plug& plug) const {
    const auto found = std::ranges::find_if(
        cards_, [&](const Plug& card) { return card.cable == plug.cable && card.end == plug.end; });
    if (found == cards_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - cards_.begin());
}

/// One that waits for its turn on the cable departs later than others arrive.
void CardCapture::add(Frame frame) {
    if (waiting_.size() >= limits_.frames || octets_ + frame.packet.size() > limits_.octets) {
        ++left_out_;
        return;
    }
    octets_ += frame.packet.size();
    const auto place = std::ranges::upper_bound(waiting_, frame.at, {}, &Frame::at);
    waiting_.insert(place, std::move(frame));
}

}  // namespace sockeye::lab

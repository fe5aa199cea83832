#include "app/dhcp/client.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sockeye::app::dhcp {
namespace {

using wire::DhcpMessage;
using wire::DhcpMessageType;
using wire::DhcpOption;

constexpr Duration first_wait =
    4s;  // RFC 2131 §4.1: doubled each time, each with up to a second more or less
constexpr Duration longest_wait = 64s;
constexpr int most_requests = 4;           // §3.1 step 5
constexpr Duration pause = 10s;            // ibid.: after a DECLINE
constexpr Duration least_extension = 60s;  // between requests of a host that has an address: §4.4.5

constexpr std::array wanted_options{DhcpOption::subnet_mask, DhcpOption::routers, DhcpOption::dns_servers,
                                    DhcpOption::domain_name, DhcpOption::broadcast_address};

}  // namespace

std::string_view to_string(ClientState state) {
    constexpr std::array<std::string_view, 9> names{"INIT",      "SELECTING",   "REQUESTING",
                                                    "CHECKING",  "BOUND",       "RENEWING",
                                                    "REBINDING", "INIT-REBOOT", "REBOOTING"};
    return names.at(static_cast<std::size_t>(state));
}

Client::Client(ClientConfig config, Random random, Instant now)
    : config_{std::move(config)}, random_{random} {
    enter(config_.previous ? ClientState::init_reboot : ClientState::init, now + chance(config_.start_delay));
}

std::optional<Client::Action> Client::next(Instant now) {
    while (actions_.empty() && now >= due_) act(now);
    if (actions_.empty()) return std::nullopt;
    Action action = std::move(actions_.front());
    actions_.pop_front();
    return action;
}

void Client::enter(ClientState state, Instant due) {
    state_ = state;
    due_ = due;
    sent_ = 0;
}

void Client::begin_again(Instant due) {
    offer_.reset();
    lease_.reset();
    enter(ClientState::init, due);
}

/// The time that the state waited for has come.
void Client::act(Instant now) {
    switch (state_) {
        case ClientState::init:
            new_transaction(now);
            enter(ClientState::selecting, now);
            return;
        case ClientState::init_reboot:
            new_transaction(now);
            enter(ClientState::rebooting, now);
            return;
        case ClientState::selecting: return discover(now);
        case ClientState::requesting:
        case ClientState::rebooting: return sent_ < most_requests ? request(now) : begin_again(now);
        case ClientState::checking: due_ = Instant::never(); return;
        case ClientState::bound:
            new_transaction(now);
            enter(ClientState::renewing, now);
            return;
        case ClientState::renewing:
            if (now < lease_->rebind) return extend(now, lease_->rebind);
            enter(ClientState::rebinding, now);
            return;
        case ClientState::rebinding:
            if (now < lease_->end) return extend(now, lease_->end);
            return drop("the lease has ended", now);
    }
}

// ---- what is sent: RFC 2131 §4.4.1's table 5

void Client::new_transaction(Instant now) {
    transaction_ = static_cast<std::uint32_t>(random_.next());
    began_ = now;
}

DhcpMessage Client::message(DhcpMessageType type) const {
    DhcpMessage message{.transaction = transaction_, .seconds = seconds_, .mac = config_.mac};
    message.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(type));
    return message;
}

/// DISCOVER or REQUEST, with all that the client would like to know.
DhcpMessage Client::question(DhcpMessageType type) const {
    DhcpMessage question = message(type);
    question.broadcast = config_.broadcast;
    wire::DhcpOptions::Value list;
    for (const DhcpOption option : wanted_options) list.push_back(static_cast<std::byte>(option));
    question.options.set(DhcpOption::parameter_request_list, std::move(list));
    if (!config_.host_name.empty()) question.options.set_text(DhcpOption::host_name, config_.host_name);
    if (config_.lease)
        question.options.set_u32(
            DhcpOption::lease_time,
            static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(*config_.lease).count()));
    return question;
}

void Client::count_seconds(Instant now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now - began_).count();
    seconds_ = static_cast<std::uint16_t>(std::min<std::int64_t>(seconds, 0xffff));
}

void Client::send(DhcpMessage message, std::optional<IpAddress> to) {
    actions_.emplace_back(Send{std::move(message), to});
}

/// How long to wait for an answer to what was sent now.
Duration Client::patience() {
    const Duration wait = std::min(first_wait * (1 << std::min(sent_, 4)), longest_wait);
    ++sent_;
    return wait - 1s + chance(2s);
}

Duration Client::chance(Duration most) {
    return Duration{static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(most.count()) + 1))};
}

void Client::discover(Instant now) {
    count_seconds(now);
    DhcpMessage discover = question(DhcpMessageType::discover);
    if (config_.previous) discover.options.set_address(DhcpOption::requested_address, *config_.previous);
    send(std::move(discover));
    due_ = now + patience();
}

/// Of the server whose offer it takes, with the same `secs` as the DISCOVER (§4.4.1); or of whoever knows
/// the client from before.
void Client::request(Instant now) {
    if (!offer_) count_seconds(now);
    DhcpMessage request = question(DhcpMessageType::request);
    if (offer_) request.options.set_address(DhcpOption::server_identifier, offer_->server);
    request.options.set_address(DhcpOption::requested_address,
                                offer_ ? offer_->address.address : *config_.previous);
    send(std::move(request));
    asked_ = now;
    due_ = now + patience();
}

/// Asks the lease's server, or later whoever hears it, to let the address be ours for longer; again after
/// half of what is left until `last` (§4.4.5).
void Client::extend(Instant now, Instant last) {
    count_seconds(now);
    DhcpMessage request = question(DhcpMessageType::request);
    request.client = lease_->address.address;
    request.broadcast = false;
    send(std::move(request), state_ == ClientState::renewing ? std::optional{lease_->server} : std::nullopt);
    asked_ = now;
    due_ = std::min(now + std::max<Duration>((last - now) / 2, least_extension), last);
}

void Client::release(Instant now) {
    const bool has_address =
        state_ == ClientState::bound || state_ == ClientState::renewing || state_ == ClientState::rebinding;
    if (has_address) {
        new_transaction(now);
        count_seconds(now);
        DhcpMessage release = message(DhcpMessageType::release);
        release.client = lease_->address.address;
        release.options.set_address(DhcpOption::server_identifier, lease_->server);
        send(std::move(release), lease_->server);
        actions_.emplace_back(Drop{*lease_, "released"});
    }
    begin_again(Instant::never());
}

// ---- what arrives

void Client::receive(const DhcpMessage& message, Instant now) {
    const bool is_ours = message.operation == wire::DhcpOperation::boot_reply &&
                         message.transaction == transaction_ && message.mac == config_.mac;
    if (!is_ours) return;
    const bool is_asking = state_ == ClientState::requesting || state_ == ClientState::rebooting ||
                           state_ == ClientState::renewing || state_ == ClientState::rebinding;
    const std::optional<DhcpMessageType> type = message.type();
    if (type == DhcpMessageType::offer && state_ == ClientState::selecting) take_offer(message, now);
    if (type == DhcpMessageType::ack && is_asking) take_ack(message);
    if (type == DhcpMessageType::nak && is_asking) take_nak(message, now);
}

/// The first one that makes sense.
void Client::take_offer(const DhcpMessage& offer, Instant now) {
    offer_ = read_lease(offer, now);
    if (offer_) enter(ClientState::requesting, now);
}

void Client::take_ack(const DhcpMessage& ack) {
    std::optional<Lease> lease = read_lease(ack, asked_);
    if (!lease) return;
    if (state_ == ClientState::renewing || state_ == ClientState::rebinding) {
        if (lease->address.address == lease_->address.address) use(*std::move(lease));
        return;
    }
    const IpAddress& asked_for = offer_ ? offer_->address.address : *config_.previous;
    if (lease->address.address != asked_for || (offer_ && lease->server != offer_->server)) return;
    if (!config_.probe) return use(*std::move(lease));
    lease_ = std::move(lease);
    actions_.emplace_back(Probe{lease_->address});
    enter(ClientState::checking, Instant::never());
}

/// The address is not for us, or no longer. After an offer that came to nothing there is a pause: server
/// and client would go on like that for ever, at the speed of the network.
void Client::take_nak(const DhcpMessage& nak, Instant now) {
    const auto server = nak.options.address(DhcpOption::server_identifier);
    if (offer_ && server != offer_->server) return;
    config_.previous.reset();
    if (lease_) return drop("the server has said NAK", now);
    begin_again(state_ == ClientState::requesting ? now + pause : now);
}

void Client::checked(Verdict verdict, Instant now) {
    if (state_ != ClientState::checking) return;
    if (verdict == Verdict::free) return use(*std::move(lease_));
    DhcpMessage decline = message(DhcpMessageType::decline);
    decline.options.set_address(DhcpOption::server_identifier, lease_->server);
    decline.options.set_address(DhcpOption::requested_address, lease_->address.address);
    send(std::move(decline));
    config_.previous.reset();
    begin_again(now + pause);
}

void Client::use(Lease lease) {
    offer_.reset();
    config_.previous = lease.address.address;
    actions_.emplace_back(Use{lease});
    enter(ClientState::bound, lease.renew);
    lease_ = std::move(lease);
}

void Client::drop(std::string_view why, Instant now) {
    actions_.emplace_back(Drop{*lease_, why});
    begin_again(now);
}

}  // namespace sockeye::app::dhcp

#include "socket/kernel/ares_lookup.hpp"

#include <netdb.h>
#include <sys/epoll.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "socket/kernel/ares_sockets.hpp"
#include "socket/kernel/sockaddr.hpp"

namespace sockeye::kernel {
namespace {

Errc errc_of_status(int status) {
    switch (status) {
        case ARES_ETIMEOUT: return Errc::timed_out;
        case ARES_ENOMEM:
        case ARES_EFILE: return Errc::resources_exhausted;
        case ARES_ECANCELLED:
        case ARES_EDESTRUCTION: return Errc::cancelled;
        default: return Errc::name_not_found;
    }
}

/// What there is to say of the name, or address, that was asked for.
std::string_view words_for(int status, bool is_name) {
    switch (status) {
        case ARES_ENODATA: return is_name ? "the name has no such address" : "the address has no name";
        case ARES_ENOTFOUND: return is_name ? "no such name" : "the address has no name";
        case ARES_ESERVFAIL:
        case ARES_EREFUSED:
        case ARES_ECONNREFUSED: return "no name server could answer";  // whichever came last
        case ARES_ETIMEOUT: return "no name server answers";
        default: return ::ares_strerror(status);
    }
}

template <class Sockaddr>
IpAddress ip_of(const sockaddr& address) {
    SocketAddress copy;
    copy.size = sizeof(Sockaddr);
    std::memcpy(&copy.storage, &address, sizeof(Sockaddr));
    return from_sockaddr(copy).ip();
}

HostEntry to_entry(const ares_addrinfo& found) {
    HostEntry entry;
    if (found.name != nullptr) entry.name = found.name;
    // Each CNAME record says that `alias` is another name for `name`; the last one has the addresses.
    for (const auto* link = found.cnames; link != nullptr; link = link->next) {
        if (link->alias != nullptr) entry.aliases.emplace_back(link->alias);
        if (link->name != nullptr) entry.name = link->name;
    }
    for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) {
        const IpAddress ip = node->ai_family == AF_INET6 ? ip_of<sockaddr_in6>(*node->ai_addr)
                                                         : ip_of<sockaddr_in>(*node->ai_addr);
        if (std::ranges::find(entry.addresses, ip) == entry.addresses.end()) entry.addresses.push_back(ip);
    }
    return entry;
}

HostEntry to_entry(const hostent& found, const IpAddress& asked) {
    HostEntry entry{.name = found.h_name, .aliases = {}, .addresses = {asked}};
    for (char** alias = found.h_aliases; *alias != nullptr; ++alias)
        if (entry.name != *alias) entry.aliases.emplace_back(*alias);
    return entry;
}

}  // namespace

AresLookup::AresLookup(Loop& loop, Question question, std::vector<Address> servers)
    : HostLookup{loop}, loop_{loop}, question_{std::move(question)}, servers_{std::move(servers)} {}

AresLookup::~AresLookup() {
    close();
}

void AresLookup::close() noexcept {
    // c-ares says of each of its sockets that it closes it, and of the question that it is gone.
    if (channel_ != nullptr) ::ares_destroy(std::exchange(channel_, nullptr));
}

std::string AresLookup::describe() const {
    if (const auto* name = std::get_if<ByName>(&question_)) return name->name;
    return std::get<IpAddress>(question_).to_string();
}

Result<HostEntry> AresLookup::finish() {
    if (channel_ == nullptr && !answer_) {
        if (Result<void> opened = open(); !opened) return std::unexpected{std::move(opened.error())};
        ask();
    } else {
        process();
    }
    while (!answer_) {
        for (Line& line : lines_) watch(line);
        timer_.emplace(*this, backend::wait_until(loop_, next_wakeup()));
        if (!timer_->has_ended() && !answer_) return std::unexpected{Errc::would_block};
        process();
    }
    timer_.reset();
    close();
    return *std::move(answer_);
}

Result<void> AresLookup::open() {
    ares_options options{};
    options.sock_state_cb = [](void* self, ares_socket_t descriptor, int readable, int writable) {
        static_cast<AresLookup*>(self)->on_state(descriptor, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    if (const int status = ::ares_init_options(&channel_, &options, ARES_OPT_SOCK_STATE_CB);
        status != ARES_SUCCESS)
        return std::unexpected{Error{errc_of_status(status), "", std::string{::ares_strerror(status)}}};
    ::ares_set_socket_functions(channel_, &ares_sockets, nullptr);
    return servers_.empty() ? Result<void>{} : use_servers();
}

Result<void> AresLookup::use_servers() {
    std::string list;  // "[2001:db8::1]:53,192.0.2.1:53"
    for (const Address& server : servers_) list += (list.empty() ? "" : ",") + server.to_string();
    const int status = ::ares_set_servers_ports_csv(channel_, list.c_str());
    if (status == ARES_SUCCESS) return {};
    return std::unexpected{Error{Errc::invalid_argument, "", list + " cannot be name servers"}};
}

/// The answer may be there already, as that of /etc/hosts is.
void AresLookup::ask() {
    if (const auto* by_name = std::get_if<ByName>(&question_)) {
        ares_addrinfo_hints hints{};
        hints.ai_family = domain_of(by_name->family);
        hints.ai_flags = ARES_AI_CANONNAME | ARES_AI_NOSORT;  // sorted by whoever has both families
        const auto answer = [](void* self, int status, int, ares_addrinfo* found) {
            static_cast<AresLookup*>(self)->answered(status, found);
            if (found != nullptr) ::ares_freeaddrinfo(found);
        };
        ::ares_getaddrinfo(channel_, by_name->name.c_str(), nullptr, &hints, answer, this);
        return;
    }
    const auto& ip = std::get<IpAddress>(question_);
    const auto answer = [](void* self, int status, int, hostent* found) {
        static_cast<AresLookup*>(self)->answered(status, found);
    };
    ::ares_gethostbyaddr(channel_, ip.octets().data(), static_cast<int>(ip.size()), domain_of(ip.family()),
                         answer, this);
}

void AresLookup::answered(int status, const ares_addrinfo* found) {
    if (status != ARES_SUCCESS || found == nullptr) return failed(status);
    HostEntry entry = to_entry(*found);
    if (entry.addresses.empty()) return failed(ARES_ENODATA);
    answer_ = std::move(entry);
}

void AresLookup::answered(int status, const hostent* found) {
    if (status != ARES_SUCCESS || found == nullptr) return failed(status);
    answer_ = to_entry(*found, std::get<IpAddress>(question_));
}

void AresLookup::failed(int status) {
    const bool is_name = std::holds_alternative<ByName>(question_);
    answer_ = std::unexpected{
        Error{errc_of_status(status), "", describe() + ": " + std::string{words_for(status, is_name)}}};
}

/// Lines may come and go while c-ares works.
void AresLookup::process() {
    std::vector<std::pair<int, std::uint32_t>> told;
    for (Line& line : lines_)
        if (const std::uint32_t events = std::exchange(line.told, 0); events != 0)
            told.emplace_back(line.descriptor, events);
    constexpr std::uint32_t ends = EPOLLERR | EPOLLHUP;
    for (const auto& [descriptor, events] : told) {
        if (answer_) return;
        ::ares_process_fd(channel_, (events & (EPOLLIN | ends)) != 0 ? descriptor : ARES_SOCKET_BAD,
                          (events & (EPOLLOUT | ends)) != 0 ? descriptor : ARES_SOCKET_BAD);
    }
    if (told.empty()) ::ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void AresLookup::on_state(int descriptor, bool readable, bool writable) {
    auto line = std::ranges::find(lines_, descriptor, &Line::descriptor);
    if (!readable && !writable) {
        if (line == lines_.end()) return;
        if (line->armed != 0) loop_.unwatch(descriptor, *line);
        lines_.erase(line);
        return;
    }
    if (line == lines_.end()) line = lines_.emplace(lines_.end(), *this, descriptor);
    line->wanted = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U);
}

/// One-shot, armed anew each time: c-ares does not always read all that is there.
void AresLookup::watch(Line& line) {
    if (line.armed != 0 && line.armed != line.wanted) {
        loop_.unwatch(line.descriptor, line);
        line.armed = 0;
    }
    const std::uint32_t events = line.wanted | EPOLLONESHOT;
    Result<void> watched = line.armed == 0 ? loop_.watch(line.descriptor, line, events)
                                           : loop_.rewatch(line.descriptor, line, events);
    if (watched)
        line.armed = line.wanted;
    else
        answer_ = std::unexpected{std::move(watched.error())};
}

/// When c-ares wants to ask again, or to give up.
Instant AresLookup::next_wakeup() const {
    timeval left{};
    if (::ares_timeout(channel_, nullptr, &left) == nullptr) return Instant::never();
    return loop_.now() + (std::chrono::seconds{left.tv_sec} + std::chrono::microseconds{left.tv_usec});
}

void AresLookup::Line::on_events(std::uint32_t events) {
    told |= events;
    lookup.wake(backend::Interest::read);
}

void AresLookup::Line::on_watch_failed(const Error& error) {
    lookup.answer_ = std::unexpected{error};
    lookup.wake(backend::Interest::read);
}

}  // namespace sockeye::kernel

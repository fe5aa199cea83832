// Servers of a lab's hosts: what answers, talks or shows a page.
#include <array>
#include <utility>

#include "app/chat/room.hpp"
#include "app/conversation.hpp"
#include "app/http/server.hpp"
#include "app/server.hpp"
#include "sockeye/directory.hpp"
#include "sockeye/socket.hpp"
#include "view/programs/program.hpp"

namespace sockeye::view {
namespace {

constexpr std::uint16_t lessons_port = 9001;
constexpr std::uint16_t chat_port = 9000;
constexpr std::uint16_t http_port = 80;

/// Where a server is to listen. @returns every interface, where no address is given
Result<Target> place_in(Words words, std::uint16_t usual_port) {
    if (words.empty()) return Target{"", usual_port};
    Result<Target> at = Target::parse(words.front());
    if (!at) return mistaken(std::string{at.error().detail()});
    if (Result<Address> numeric = at->numeric(); !numeric)
        return mistaken(std::string{numeric.error().detail()});
    return at;
}

Result<Target> only_place_in(Words words, std::uint16_t usual_port) {
    if (words.size() > 1) return mistaken("what is '" + words[1] + "'?");
    return place_in(words, usual_port);
}

/// Two servers of one port are a mistake that shows when the lab runs.
void tell_failure(lab::World& world, const Network& host, const Target& at, const Error& why) {
    tell(world, host, "nobody can listen at " + at.to_string() + ": " + why.message());
}

/// What a server does for a stream: made anew in each life of its host.
using Sessions = std::function<app::SessionMaker(Host&)>;

Program listening(lab::World& world, Target at, Sessions sessions) {
    return [&world, at, sessions](Host& host) -> Task<> {
        Result<Socket> server = create_server(host, at.numeric().value());
        if (server)
            host.spawn(app::serve(host, std::move(*server), sessions(host)));
        else
            tell_failure(world, host, at, server.error());
        co_return;
    };
}

Program answering_datagrams(lab::World& world, Target at, app::Answer with) {
    return [&world, at, with](Host& host) -> Task<> {
        Result<Socket> server = create_datagram_server(host, at.numeric().value());
        if (server)
            host.spawn(app::answer_datagrams(std::move(*server), with));
        else
            tell_failure(world, host, at, server.error());
        co_return;
    };
}

Program answering_with(lab::World& world, Target at, app::Answer with) {
    if (at.transport == Transport::udp) return answering_datagrams(world, std::move(at), std::move(with));
    return listening(world, std::move(at), [with](Host&) { return app::answering(with); });
}

template <auto answer>
Result<Program> make_answering(Words words, Setting& setting) {
    Result<Target> at = only_place_in(words, lessons_port);
    if (!at) return std::unexpected{at.error()};
    return answering_with(setting.world, std::move(*at), answer);
}

Result<Program> make_hello(Words words, Setting& setting) {
    if (words.size() < 2) return mistaken("an address and a text are needed");
    Result<Target> at = place_in(words, lessons_port);
    if (!at) return std::unexpected{at.error()};
    const std::string text = joined(words.subspan(1)) + "\n";
    if (at->transport == Transport::udp)
        return answering_datagrams(setting.world, std::move(*at), app::reply(text));
    return listening(setting.world, std::move(*at),
                     [text](Host& host) { return app::conversing(app::hello(host, text)); });
}

/// Who is in the lab; the names of hosts need no escapes.
std::string page_of(const lab::TopologyFile& file, const lab::NodeSpec& node) {
    std::string text = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" +
                       node.name + "</title></head>\n<body>\n<h1>" + node.name +
                       "</h1>\n<p>A host of the lab " + file.name + ". With it there are:</p>\n<ul>\n";
    constexpr std::size_t most = 100;
    for (std::size_t i = 0; i < std::min(file.nodes.size(), most); ++i)
        text += "<li>" + file.nodes[i].name + ", a " + std::string{to_string(file.nodes[i].kind)} + "</li>\n";
    return text + "</ul>\n</body>\n</html>\n";
}

Result<Directory> site_with(Host& host, const std::string& page) {
    Directory files = memory_directory(host);
    Result<File> file = files.open("index.html", Access::create);
    if (!file) return std::unexpected{file.error()};
    if (Result<void> written = file->pwrite(page, 0); !written) return std::unexpected{written.error()};
    return files;
}

Result<Program> make_http(Words words, Setting& setting) {
    Result<Target> at = only_place_in(words, http_port);
    if (!at) return std::unexpected{at.error()};
    return listening(setting.world, std::move(*at), [page = page_of(setting.file, setting.node)](Host& host) {
        return app::conversing(app::http::site(host, site_with(host, page).value()));
    });
}

Result<Program> make_chat(Words words, Setting& setting) {
    Result<Target> at = only_place_in(words, chat_port);
    if (!at) return std::unexpected{at.error()};
    return listening(setting.world, std::move(*at),
                     [](Host& host) { return app::conversing(app::chat::room(host)); });
}

constexpr std::array all{Maker{"echo", "echo [ADDRESS]", make_answering<app::echo>},
                         Maker{"upper", "upper [ADDRESS]", make_answering<app::upper>},
                         Maker{"discard", "discard [ADDRESS]", make_answering<app::discard>},
                         Maker{"hello", "hello ADDRESS TEXT", make_hello},
                         Maker{"http", "http [ADDRESS]", make_http},
                         Maker{"chat", "chat [ADDRESS]", make_chat}};

}  // namespace

std::span<const Maker> servers() {
    return all;
}

}  // namespace sockeye::view

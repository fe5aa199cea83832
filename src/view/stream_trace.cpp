// The states of TCP connections, as they change.
#include <fmt/format.h>

#include "lab/tcp_trace.hpp"
#include "view/columns.hpp"
#include "view/stream_kinds.hpp"

namespace sockeye::view {
namespace {

using lab::TcpTrace;

class TraceStream final : public Stream {
public:
    TraceStream(RunningLab& running, const Request& request)
        : trace_{running.lab.world(), request.host}, whose_{request.host} {}

    Answer opening() override {
        return {.text = fmt::format("traces {}; Ctrl-C ends it", whose_.empty() ? "every host" : whose_),
                .data = {{{"kind", "trace"}, {"host", whose_.empty() ? Json{} : Json(whose_)}}}};
    }
    std::optional<Answer> take() override {
        constexpr std::size_t most = 200;  // in one answer
        Answer answer;
        while (answer.data.size() < most) {
            const std::optional<TcpTrace::Change> change = trace_.take();
            if (!change) break;
            add(*change, answer);
        }
        if (answer.data.empty()) return std::nullopt;
        answer.text.pop_back();
        changes_ += answer.data.size();
        return answer;
    }
    Answer closing() override {
        return {.text = fmt::format("{} changes", changes_),
                .data = {{{"kind", "end"}, {"changes", changes_}, {"left_out", trace_.left_out()}}}};
    }

private:
    static void add(const TcpTrace::Change& change, Answer& answer) {
        const std::string states = fmt::format("{} → {}", to_string(change.before), to_string(change.after));
        answer.text +=
            fmt::format("{:>11} {:<8} {} {}\n{:>21}{} {}\n", to_string(change.at), change.host,
                        fit(states, 26), change.what, "", change.local.to_string(), change.peer.to_string());
        answer.data.push_back({{"kind", "change"},
                               {"at_ns", change.at.since_zero().count()},
                               {"host", change.host},
                               {"local", change.local.to_string()},
                               {"peer", change.peer.to_string()},
                               {"from", to_string(change.before)},
                               {"to", to_string(change.after)},
                               {"by", to_string(change.cause)},
                               {"what", change.what}});
    }

    TcpTrace trace_;
    std::string whose_;
    std::size_t changes_ = 0;
};

}  // namespace

std::unique_ptr<Stream> trace_stream(RunningLab& running, const Request& request) {
    return std::make_unique<TraceStream>(running, request);
}

}  // namespace sockeye::view

// Process: a program of the machine whose standard input and output are streams of a network's loop.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sockeye/kernel.hpp"
#include "sockeye/task.hpp"

namespace sockeye::kernel {

/// Runs in a process group of its own; its standard error is ours. When this is destroyed, whatever is
/// left of the group is killed, and the program is reaped.
class Process {
public:
    /// @param arguments    the program's path first
    /// @param environment  "NAME=value", besides our own
    /// @returns what posix_spawn(3) says, or pipe2(2)
    static Result<Process> start(KernelNetwork& network, std::vector<std::string> arguments,
                                 std::vector<std::string> environment = {});
    Process(Process&& other) noexcept
        : pid_{std::exchange(other.pid_, 0)},
          input_{std::move(other.input_)},
          output_{std::move(other.output_)} {}
    Process& operator=(Process&&) = delete;
    ~Process();

    /// What is written to it, the program reads. @pre end_input() has not been called
    Stream& input() { return *input_; }
    /// What the program writes; its end comes when all who could write have ended.
    Stream& output() { return output_; }
    /// The program reads the end.
    void end_input() { input_.reset(); }
    /// Asks the whole group to end (SIGTERM).
    void terminate() const;
    bool has_ended() const;
    pid_t pid() const { return pid_; }

private:
    Process(pid_t pid, Stream input, Stream output)
        : pid_{pid}, input_{std::move(input)}, output_{std::move(output)} {}

    pid_t pid_;
    std::optional<Stream> input_;
    Stream output_;
};

}  // namespace sockeye::kernel
